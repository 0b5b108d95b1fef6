import { Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { TwoFactorSteps } from './TwoFactorSteps.tsx'

/** Two-factor sign-in, set up in a dialog. */
export function TwoFactorDialog({ onClose }: { onClose(): void }) {
  const done = (): void => {
    notifications.show({ message: 'Two-factor sign-in is on. All other browsers are signed out.' })
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title="Turn on two-factor sign-in" closeOnClickOutside={false} size={520}>
      <TwoFactorSteps onDone={done} onCancel={onClose} />
    </Modal>
  )
}
