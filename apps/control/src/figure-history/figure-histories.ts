import type { ChannelStats, FigureHistory } from '@sluice/contract/api'
import { ChannelHistory } from './channel-history.ts'

/** The bitrates of the last 15 minutes of every channel that runs, for graphs that begin filled. In memory alone. */
export class FigureHistories {
  // bound: one a channel that an engine carries; taken away with the channel
  readonly #channels = new Map<string, ChannelHistory>()

  /** Takes the last second of a channel. */
  note(stats: ChannelStats): void {
    if (stats.at === null) return
    const known = this.#channels.get(stats.channelId)
    // A channel that never had media has no graph.
    if (known === undefined && stats.inputs.length === 0) return
    const history = known ?? new ChannelHistory()
    if (known === undefined) this.#channels.set(stats.channelId, history)
    history.note(stats)
  }

  of(channelId: string): FigureHistory {
    return this.#channels.get(channelId)?.read(channelId) ?? new ChannelHistory().read(channelId)
  }

  forget(channelId: string): void {
    this.#channels.delete(channelId)
  }
}
