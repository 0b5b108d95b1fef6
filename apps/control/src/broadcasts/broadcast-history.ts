import type { Clock, Timer } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { ChannelStats } from '@sluice/contract/api'
import { type BroadcastEnd, isAimMet } from '@sluice/contract/link'
import { commit, type Database } from '../db/index.ts'
import { readEnds } from './ends-in-log.ts'
import { giveUp, type LastBroadcast, lastRows, runningRows, type SeenBroadcast, writeRunning } from './rows.ts'

/** How often the figures of a broadcast that runs are kept: so much of them is lost at most when its engine dies. */
const keepMs = 60_000
/** An engine whose link broke comes back within this time if it lives: until then its broadcasts are not given up. */
const backWithinMs = 5000
const retryMs = 5000
/** A broadcast of yesterday is nobody's last one: its viewers have gone. */
const lastForMs = 24 * 60 * 60_000

type Parts = {
  db: Database
  clock: Clock
  log: Logger
  /** Undefined: there is no such channel. */
  channel(channelId: string): { readonly workspaceId: string; readonly outputs: readonly { id: string; name: string }[] } | undefined
}

/**
 * Keeps a row for each broadcast. The figures of the channels say which ones run, the log which ones ended and how; what was missed in between is
 * found again, since each look compares what is stored with what is known.
 */
export class BroadcastHistory {
  readonly #parts: Parts
  /** What was last heard of each channel since the start; null: no broadcast, or no engine. */
  // bound: one a channel, taken away with it
  readonly #heard = new Map<string, SeenBroadcast | null>()
  /** What an engine had told of a broadcast when it was lost: more than was kept of it. */
  // bound: one a channel, taken away with it
  readonly #gone = new Map<string, SeenBroadcast>()
  // bound: one a channel, read anew with each look
  #last: ReadonlyMap<string, LastBroadcast> = new Map()
  /** The log is read up to here; null: not since the start. */
  #readSeq: number | null = null
  /** Begun since the last look. */
  #hasNew = false
  #keptAtMs = Number.NEGATIVE_INFINITY
  #timer: Timer | null = null
  #dueMs = Number.POSITIVE_INFINITY
  #looking: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  start(): void {
    this.wake()
  }

  /** Takes the last second of a channel. */
  note(stats: ChannelStats): void {
    const { channelId, at } = stats
    if (at === null) return
    const before = this.#heard.get(channelId)
    // Channels that rest say the same each second.
    const isOver = before?.endedAtMs != null && stats.broadcast?.endedAt != null
    if (isOver && Date.parse(stats.broadcast!.startedAt) === before.startedAtMs) return
    const seen = this.#read(stats, Date.parse(at))
    if (seen === null) this.#keepGone(channelId)
    this.#heard.set(channelId, seen)
    const isSame = before?.startedAtMs === seen?.startedAtMs && (before?.endedAtMs ?? null) === (seen?.endedAtMs ?? null)
    if (before !== undefined && isSame) return
    if (seen !== null && seen.endedAtMs === null) this.#hasNew = true
    this.wake()
  }

  /** No engine carries the channel any more, or there is no channel any more. */
  lost(channelId: string): void {
    const isDeleted = this.#parts.channel(channelId) === undefined
    this.#keepGone(channelId)
    if (isDeleted) {
      this.#heard.delete(channelId)
      this.#gone.delete(channelId)
    } else if (this.#heard.has(channelId)) this.#heard.set(channelId, null)
    this.#lookIn(isDeleted ? 0 : backWithinMs)
  }

  /** The last broadcast of a channel, as of the last look; null: none of the last day. An engine that was started anew knows of none. */
  last(channelId: string): LastBroadcast | null {
    return this.#last.get(channelId) ?? null
  }

  /** There is an end in the log, or something else to look at. */
  wake(): void {
    this.#lookIn(0)
  }

  /** Keeps what is known by now. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#keptAtMs = Number.NEGATIVE_INFINITY
    this.#looking = this.#looking.then(() => this.#look())
    await this.#looking
  }

  #read(stats: ChannelStats, seenAtMs: number): SeenBroadcast | null {
    const { channelId, broadcast, outputs } = stats
    const channel = this.#parts.channel(channelId)
    if (broadcast === undefined || channel === undefined) return null
    const names = new Map(channel.outputs.map(({ id, name }) => [id, name]))
    return {
      ...{ channelId, workspaceId: channel.workspaceId, seenAtMs },
      startedAtMs: Date.parse(broadcast.startedAt),
      endedAtMs: broadcast.endedAt === null ? null : Date.parse(broadcast.endedAt),
      wantedMs: broadcast.wantedMs,
      liveMs: broadcast.liveMs,
      outputs: outputs.flatMap(({ outputId, publish }) => {
        const name = names.get(outputId)
        return publish === undefined || name === undefined ? [] : [{ ...publish, outputId, name, isAimMet: isAimMet(publish.share) }]
      }),
    }
  }

  #keepGone(channelId: string): void {
    const before = this.#heard.get(channelId)
    if (before != null && before.endedAtMs === null) this.#gone.set(channelId, before)
  }

  #lookIn(ms: number): void {
    if (this.#isClosed) return
    const dueMs = this.#parts.clock.nowMs() + ms
    if (dueMs >= this.#dueMs) return
    this.#timer?.cancel()
    this.#dueMs = dueMs
    this.#timer = this.#parts.clock.after(ms, () => {
      this.#dueMs = Number.POSITIVE_INFINITY
      this.#looking = this.#looking.then(() => this.#look())
    })
  }

  async #look(): Promise<void> {
    const { clock, log, db } = this.#parts
    let nextMs = keepMs
    try {
      this.#readSeq = await readEnds(db, this.#readSeq)
      await this.#keepRunning(clock.nowMs())
      await this.#endOthers()
      this.#last = await lastRows(db, clock.wallMs() - lastForMs)
    } catch (error) {
      nextMs = retryMs
      log.error({ error: messageOf(error) }, 'broadcasts cannot be stored')
    }
    this.#lookIn(nextMs)
  }

  async #keepRunning(nowMs: number): Promise<void> {
    if (!this.#hasNew && nowMs - this.#keptAtMs < keepMs) return
    const running = [...this.#heard.values()].flatMap((seen) => (seen === null || seen.endedAtMs !== null ? [] : [seen]))
    if (running.length > 0) {
      await commit(this.#parts.db, async (tx) => {
        for (const seen of running) await writeRunning(tx, seen)
      })
    }
    this.#hasNew = false
    this.#keptAtMs = nowMs
  }

  /** Ends what is stored as running and is not. Of channels that were not heard of since the start nothing is known yet. */
  async #endOthers(): Promise<void> {
    const { db, channel } = this.#parts
    for (const { id, channel_id, started_at_ms, seen_at_ms } of await runningRows(db)) {
      const isDeleted = channel(channel_id) === undefined
      const heard = this.#heard.get(channel_id)
      if (heard === undefined && !isDeleted) continue
      const own = heard?.startedAtMs === started_at_ms ? heard : null
      if (own !== null && own !== undefined && own.endedAtMs === null) continue
      const by: BroadcastEnd = own?.endedAtMs != null ? 'source' : isDeleted ? 'deleted' : 'engine'
      const gone = this.#gone.get(channel_id)
      const told = own ?? (gone?.startedAtMs === started_at_ms ? gone : null)
      await commit(db, (tx) => giveUp(tx, id, { atMs: own?.endedAtMs ?? told?.seenAtMs ?? seen_at_ms, by }, told))
      this.#gone.delete(channel_id)
    }
  }
}
