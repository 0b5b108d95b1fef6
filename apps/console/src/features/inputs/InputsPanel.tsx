import type { Channel } from '@sluice/contract/api'
import { useCan } from '../../live/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import styles from './InputsPanel.module.css'
import { AddInput } from './parts/AddInput.tsx'
import { FailoverStrip } from './parts/FailoverStrip.tsx'
import { InputCard } from './parts/InputCard.tsx'
import { SourceLock } from './parts/SourceLock.tsx'

/** What comes in, by rank and side by side, so that a backup can be judged against the primary at a glance. */
export function InputsPanel({ channel }: { channel: Channel }) {
  const canWrite = useCan('channel:write')
  const actions = canWrite && (
    <span className={styles.actions}>
      <AddInput channel={channel} />
      <SourceLock channel={channel} />
    </span>
  )
  return (
    <Panel title="Inputs" isFlush aside={actions}>
      <div className={styles.cards}>
        {channel.inputs.map((input) => (
          <InputCard key={input.id} channel={channel} input={input} />
        ))}
      </div>
      <FailoverStrip channel={channel} />
    </Panel>
  )
}
