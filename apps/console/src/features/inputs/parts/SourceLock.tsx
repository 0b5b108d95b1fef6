import { SegmentedControl } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Channel } from '@sluice/contract/api'
import { useLockSource } from '../use-inputs.ts'
import styles from './SourceLock.module.css'

const choices = [
  { value: 'auto', label: 'Auto' },
  { value: 'primary', label: 'Primary' },
  { value: 'backup', label: 'Backup' },
] as const

/** Which input feeds the channel: chosen by Sluice, or pinned by hand. */
export function SourceLock({ channel }: { channel: Channel }) {
  const lock = useLockSource(channel.id)
  const choose = (value: string): void => {
    const choice = choices.find((other) => other.value === value)?.value ?? 'auto'
    lock.mutate(choice, {
      onError: (error) => void notifications.show({ color: 'red', title: 'Source not changed', message: error.message }),
    })
  }
  return (
    <span className={styles.lock}>
      <span id="source-lock">Take from</span>
      <SegmentedControl
        size="xs"
        aria-labelledby="source-lock"
        data={[...choices]}
        value={lock.isPending ? lock.variables : channel.lock}
        onChange={choose}
      />
    </span>
  )
}
