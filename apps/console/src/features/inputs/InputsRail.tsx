import { notifications } from '@mantine/notifications'
import type { Channel } from '@sluice/contract/api'
import { useCan } from '../../live/index.ts'
import { useIntent } from '../../ui/intent/index.ts'
import styles from './InputsRail.module.css'
import { neverSent } from './input-look.ts'
import { AddInput } from './parts/AddInput.tsx'
import { InputCard } from './parts/InputCard.tsx'
import { SourceLock } from './parts/SourceLock.tsx'
import { WaitingInput } from './parts/WaitingInput.tsx'
import { useLockSource } from './use-inputs.ts'

/** What comes in, by rank and side by side; an input that nobody has used yet is a line with its address. The room for them never changes. */
export function InputsRail({ channel }: { channel: Channel }) {
  const canWrite = useCan('channel:write')
  const lock = useLockSource(channel.id)
  useIntent('unlock', () => {
    if (channel.lock === 'auto' || lock.isPending) return
    lock.mutate('auto', { onError: (error) => void notifications.show({ color: 'red', title: 'Lock not undone', message: error.message }) })
  })
  const used = channel.inputs.filter((input) => !neverSent(input))
  const waiting = channel.inputs.filter(neverSent)
  return (
    <section className={styles.inputs} aria-label="Inputs">
      <header className={styles.bar}>
        <h2>Inputs{channel.inputs.length > 2 && <small> {channel.inputs.length}</small>}</h2>
        {canWrite && (
          <span className={styles.acts}>
            <AddInput channel={channel} />
            <SourceLock channel={channel} />
          </span>
        )}
      </header>
      <div
        className={styles.cards}
        data-few={used.length < 2}
        data-many={channel.inputs.length > 2}
        tabIndex={channel.inputs.length > 2 ? 0 : undefined}
      >
        {used.map((input) => (
          <InputCard key={input.id} channel={channel} input={input} />
        ))}
        {waiting.map((input) => (
          <WaitingInput key={input.id} channel={channel} input={input} isOpen={used.length === 0 && input.role === 'primary'} />
        ))}
      </div>
    </section>
  )
}
