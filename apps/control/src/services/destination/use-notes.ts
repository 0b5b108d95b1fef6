import type { Clock } from '@sluice/base/clock'
import type { Database } from '../../db/index.ts'
import type { LiveSight, Platform } from '../index.ts'

/** One write per destination and five minutes: enough to tell what is in use from what is not. */
const sparseMs = 5 * 60_000

/** Notes when a destination was last in use: an output on it live. */
export class UseNotes {
  readonly #db: Database
  readonly #live: LiveSight
  readonly #clock: Clock
  // bound: one an output that is live, others are forgotten with each note
  readonly #notedMs = new Map<string, number>()

  constructor(platform: Platform, live: LiveSight) {
    this.#db = platform.db
    this.#live = live
    this.#clock = platform.clock
  }

  async note(): Promise<void> {
    const nowMs = this.#clock.wallMs()
    const due = this.#liveOutputs().filter((outputId) => nowMs - (this.#notedMs.get(outputId) ?? 0) >= sparseMs)
    if (due.length === 0) return
    await this.#db
      .updateTable('destination')
      .set({ last_used_at_ms: nowMs })
      .where('id', 'in', this.#db.selectFrom('output').select('destination_id').where('id', 'in', due))
      .execute()
    for (const outputId of due) this.#notedMs.set(outputId, nowMs)
  }

  /** Also forgets those that are not live any more, so that their next use is noted at once. */
  #liveOutputs(): string[] {
    const ids = this.#live.channelIds
      .flatMap((channelId) => this.#live.channel(channelId)?.outputs ?? [])
      .filter((output) => output.state === 'live')
      .map((output) => output.outputId)
    const isLive = new Set(ids)
    for (const outputId of this.#notedMs.keys()) if (!isLive.has(outputId)) this.#notedMs.delete(outputId)
    return ids
  }
}
