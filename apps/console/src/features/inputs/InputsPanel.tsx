import type { Channel } from '@sluice/contract/api'
import { useCan, useOutputs } from '../../live/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import { FailoverStrip } from './parts/FailoverStrip.tsx'
import { InputCard } from './parts/InputCard.tsx'
import { SourceLock } from './parts/SourceLock.tsx'

/** What comes in: primary and backup, beside each other in time and below each other in space. */
export function InputsPanel({ channel }: { channel: Channel }) {
  const { data: outputs = [] } = useOutputs(channel.id)
  const canWrite = useCan('channel:write')
  return (
    <Panel title="Inputs" isFlush aside={canWrite && <SourceLock channel={channel} />}>
      {channel.inputs.map((input) => (
        <InputCard key={input.id} channel={channel} input={input} outputs={outputs} />
      ))}
      <FailoverStrip channel={channel} />
    </Panel>
  )
}
