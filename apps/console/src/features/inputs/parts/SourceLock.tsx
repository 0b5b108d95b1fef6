import { notifications } from '@mantine/notifications'
import type { Channel } from '@sluice/contract/api'
import { sourceTitle } from '../../../ui/state/index.ts'
import { useLockSource } from '../use-inputs.ts'
import { RoleChoice } from './RoleChoice.tsx'
import styles from './SourceLock.module.css'

/** Which input feeds the channel: chosen by Sluice, or pinned by hand. */
export function SourceLock({ channel }: { channel: Channel }) {
  const lock = useLockSource(channel.id)
  const choices = [
    { value: 'auto', label: 'Auto' },
    ...channel.inputs.map(({ role }) => ({ value: role, label: sourceTitle(role) })),
  ] as const
  return (
    <span className={styles.lock}>
      <span>Source</span>
      <RoleChoice
        label="Source"
        choices={choices}
        value={lock.isPending ? lock.variables : channel.lock}
        onChange={(value) =>
          lock.mutate(value, {
            onError: (error) => void notifications.show({ color: 'red', title: 'Source not changed', message: error.message }),
          })
        }
      />
    </span>
  )
}
