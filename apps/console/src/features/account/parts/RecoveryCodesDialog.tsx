import { Button, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import { DialogFooter, DialogForm, fieldError, PasswordField, restError } from '../../../ui/form/index.ts'
import { useRenewCodes } from '../use-own-account.ts'
import { RecoveryCodes } from './RecoveryCodes.tsx'

/** New recovery codes in place of the old ones. */
export function RecoveryCodesDialog({ onClose }: { onClose(): void }) {
  const renew = useRenewCodes()
  const [password, setPassword] = useState('')
  return (
    <Modal opened onClose={onClose} title="New recovery codes" closeOnClickOutside={!renew.data} size={520}>
      {renew.data ? (
        <Stack gap="md">
          <RecoveryCodes codes={renew.data.recoveryCodes} />
          <DialogFooter>
            <Button onClick={onClose}>I have stored them</Button>
          </DialogFooter>
        </Stack>
      ) : (
        <DialogForm
          action="Create codes"
          isBusy={renew.isPending}
          error={restError(renew.error, ['password'])}
          onSubmit={() => renew.mutate(password)}
          onCancel={onClose}
        >
          <p style={{ margin: 0 }}>The codes that you have now stop working.</p>
          <PasswordField
            isFirst
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={fieldError(renew.error, 'password')}
          />
        </DialogForm>
      )}
    </Modal>
  )
}
