import type { ChannelStats } from '@sluice/contract/api'

/** The figures of all outputs, by output id. */
export const statsByOutput = (all: readonly ChannelStats[]): Map<string, ChannelStats['outputs'][number]> =>
  new Map(all.flatMap((stats) => stats.outputs).map((figures) => [figures.outputId, figures]))
