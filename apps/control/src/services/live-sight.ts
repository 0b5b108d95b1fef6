import type { ChannelStats } from '@sluice/contract/api'
import type { ChannelActual, OutputActual } from '@sluice/contract/link'

/** What the engines last said, as verbs see it. */
export type LiveSight = {
  readonly channelIds: readonly string[]
  /** Null: no engine carries it. */
  channel(channelId: string): ChannelActual | null
  output(outputId: string): OutputActual | null
  stats(channelId: string): ChannelStats
  /** Since when nothing is heard of the channel, though an engine carries it; null while its states and figures are true. */
  staleSince(channelId: string): string | null
}
