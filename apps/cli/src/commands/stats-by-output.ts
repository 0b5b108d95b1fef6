import type { ChannelStats } from '@sluice/contract/api'
import type { OutputStats } from '@sluice/contract/link'

/** The figures of all outputs, by output id. */
export const statsByOutput = (all: readonly ChannelStats[]): Map<string, OutputStats> =>
  new Map(all.flatMap((stats) => stats.outputs).map((figures) => [figures.outputId, figures]))
