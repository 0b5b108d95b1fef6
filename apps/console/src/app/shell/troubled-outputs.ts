import type { Channel } from '@sluice/contract/api'

/** Outputs in trouble over all channels. */
export function troubledOutputs(channels: readonly Channel[]): number {
  return channels.reduce((sum, channel) => sum + channel.outputs.troubled, 0)
}
