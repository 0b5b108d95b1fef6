import type { Channel, ChannelStats, Output } from '@sluice/contract/api'
import { onAirInput, outputStateName } from '../../ui/state/index.ts'

/** How high the water stands in an output's gate, 0..1: its bitrate over the source's. */
export function gateLevel(channel: Channel, output: Output, stats: ChannelStats | undefined): number {
  if (outputStateName(output) !== 'live') return 0
  const input = onAirInput(channel)
  const sourceBps = stats?.inputs.find((other) => other.inputId === input?.id)?.bitrateBps ?? 0
  const passedBps = stats?.outputs.find((other) => other.outputId === output.id)?.bitrateBps ?? 0
  return sourceBps > 0 ? Math.min(1, passedBps / sourceBps) : 0
}
