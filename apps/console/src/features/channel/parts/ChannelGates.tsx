import type { Channel } from '@sluice/contract/api'
import { useBitrates, useOutputs } from '../../../live/index.ts'
import { type Gate, GateStrip } from '../../../ui/gates/index.ts'
import { PlatformLogo } from '../../../ui/platform/index.ts'
import { outputLook } from '../../../ui/state/index.ts'
import { gateLevel } from '../channel-state.ts'
import styles from './ChannelGates.module.css'

/** All outputs in one look. Nothing stands here before the first one is added: the outputs panel says what to do. */
export function ChannelGates({ channel }: { channel: Channel }) {
  const { data: outputs } = useOutputs(channel.id)
  const bitrateBps = useBitrates(channel.id)
  if (outputs === undefined || outputs.length === 0) return null
  const gates = outputs.map<Gate>((output) => ({
    id: output.id,
    name: output.name,
    ...outputLook(output),
    level: gateLevel(channel, output, bitrateBps),
    logo: <PlatformLogo platform={output.platform} name={output.name} size={28} />,
  }))
  return (
    <div className={styles.gates}>
      <GateStrip gates={gates} onPick={showOutput} />
    </div>
  )
}

/** Leads to the row of an output in the panel below. */
function showOutput(outputId: string): void {
  const row = document.getElementById(`output-${outputId}`)
  row?.scrollIntoView({ block: 'center' })
  row?.focus({ preventScroll: true })
}
