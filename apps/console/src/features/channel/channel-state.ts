import type { Channel, Output } from '@sluice/contract/api'
import { onAirInput, outputStateName } from '../../ui/state/index.ts'

/** How high the water stands in an output's gate, 0..1: its bitrate over the source's. `bitrateBps` tells them by id, 0 when unknown. */
export function gateLevel(channel: Channel, output: Output, bitrateBps: (id: string) => number): number {
  if (outputStateName(output) !== 'live') return 0
  const sourceBps = bitrateBps(onAirInput(channel)?.id ?? '')
  return sourceBps > 0 ? Math.min(1, bitrateBps(output.id) / sourceBps) : 0
}
