import { isoTime } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type AutoRollback, type ChannelStats, type GuardView, guardLimits } from '@sluice/contract/api'
import type { ChannelActual } from '@sluice/contract/link'
import { commit, type Database } from '../db/index.ts'
import { GuardReader } from './guard-reader.ts'
import { type GuardFigures, type Judgement, judgeGuardrail, type LastRollback, type RunningRollback } from './judge.ts'
import { type GuardSlot, GuardSlots, maxHoldWindows, slotsPerWindow } from './slots.ts'

/** How a rollback begins and ends, as the verbs that do it take it. */
export type GuardOrder = {
  readonly channelId: string
  readonly cause: string
  readonly figures: { readonly [Name in keyof GuardFigures]: GuardFigures[Name] }
}

export type GuardrailParts = {
  readonly db: Database
  readonly live: { channel(channelId: string): ChannelActual | null }
  readonly log: Logger
  /** Null: not armed, or no such channel. */
  armed(channelId: string): AutoRollback | null
  start(order: GuardOrder & { keep: number; holdWindows: number }): Promise<void>
  end(order: GuardOrder): Promise<void>
}

/** How often the slot that runs is written: what a sudden end of control may cost. */
const storesPerSlot = 4

type Watched = {
  readonly reader: GuardReader
  readonly slots: GuardSlots
  /** Slot that was judged last, and what part of it was ordered to be stored last. */
  judgedMs: number
  /** The last second that was seen: what is judged late is judged by what is known then. */
  seenMs: number
  storedMs: number
  /** Newest slot in the database: it and what follows is to be written. */
  writtenMs: number
  judgement: Judgement | null
}

/**
 * The automatic rollback of all channels that are armed for it: takes the figures of each second, keeps the minutes, and starts and
 * ends rollbacks by the verdict of the judge. `windowMs` is another one in tests alone.
 */
export class Guardrail {
  readonly #parts: GuardrailParts
  readonly #windowMs: number
  // bound: one a channel with automatic rollback, taken away with it
  readonly #watched = new Map<string, Watched>()
  /** Reads, writes and orders, one after the other. */
  #work: Promise<void> = Promise.resolve()
  // bound: one a channel with work under way
  readonly #queued = new Set<string>()
  #isClosed = false

  constructor(parts: GuardrailParts, windowMs: number = guardLimits.windowMs) {
    this.#parts = parts
    this.#windowMs = windowMs
  }

  /** Takes the last second of a channel. */
  note(stats: ChannelStats): void {
    const { channelId } = stats
    if (this.#isClosed || stats.at === null) return
    if (this.#parts.armed(channelId) === null) {
      this.#forget(channelId)
      return
    }
    const watched = this.#watched.get(channelId) ?? this.#begin(channelId)
    const reading = watched.reader.read(stats, this.#parts.live.channel(channelId)?.inputs ?? [])
    if (reading !== null) watched.slots.add(reading)
    const nowMs = Date.parse(stats.at)
    const { slotMs } = watched.slots
    const slotAtMs = Math.floor(nowMs / slotMs) * slotMs
    const storedMs = Math.floor((nowMs * storesPerSlot) / slotMs)
    if (storedMs !== watched.storedMs) {
      watched.storedMs = storedMs
      this.#queueOnce(`store ${channelId}`, () => this.#store(channelId, watched))
    }
    if (slotAtMs === watched.judgedMs) return
    watched.judgedMs = slotAtMs
    watched.seenMs = nowMs
    this.#queueOnce(`judge ${channelId}`, () => this.#judge(channelId, watched))
  }

  /** What it sees of a channel; null while it is not armed. */
  view(channelId: string): GuardView | null {
    if (this.#parts.armed(channelId) === null) return null
    const watched = this.#watched.get(channelId)
    const seen = watched?.judgement ?? null
    const minutes = seen?.slots ?? 0
    const minutesNeeded = seen?.slotsNeeded ?? slotsPerWindow
    const isHeld = watched !== undefined && seen?.state === 'held'
    return {
      state: seen?.state ?? 'gathering',
      lossShares: [...(seen?.lossShares ?? [])],
      failureShare: seen?.failureShare ?? null,
      minutes,
      minutesNeeded,
      endsAt: isHeld ? isoTime(watched.judgedMs + Math.max(0, minutesNeeded - minutes) * watched.slots.slotMs) : null,
      lossLimit: guardLimits.lossShare,
      failureLimit: guardLimits.failureShare,
    }
  }

  /** Stores what is begun, and waits for all that was ordered. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const [channelId, watched] of this.#watched) this.#queue(() => this.#store(channelId, watched))
    await this.#work
  }

  #begin(channelId: string): Watched {
    const slots = new GuardSlots(this.#windowMs)
    const watched: Watched = { reader: new GuardReader(), slots, judgedMs: 0, seenMs: 0, storedMs: 0, writtenMs: 0, judgement: null }
    this.#watched.set(channelId, watched)
    this.#queue(async () => {
      const rows = await this.#parts.db
        .selectFrom('guardrail_slot')
        .selectAll()
        .where('channel_id', '=', channelId)
        .orderBy('start_ms')
        .execute()
      const stored = rows.map(toSlot)
      slots.restore(stored)
      const onAir = this.#parts.live.channel(channelId)?.inputs.find((input) => input.onAir)
      if (onAir !== undefined) watched.reader.restoreFps(onAir.inputId, stored.at(-1)?.fps ?? 0)
    })
    return watched
  }

  #forget(channelId: string): void {
    if (!this.#watched.delete(channelId)) return
    // What was seen before it was disarmed is no part of a later window.
    this.#queue(async () => {
      await this.#parts.db.deleteFrom('guardrail_slot').where('channel_id', '=', channelId).execute()
    })
  }

  async #judge(channelId: string, watched: Watched): Promise<void> {
    const { db, armed, start, end, log } = this.#parts
    const running = await db.selectFrom('channel_rollback').selectAll().where('channel_id', '=', channelId).executeTakeFirst()
    const last = await db.selectFrom('channel_guardrail').selectAll().where('channel_id', '=', channelId).executeTakeFirst()
    const auto = armed(channelId)
    if (auto === null || this.#watched.get(channelId) !== watched) return
    const judgement = judgeGuardrail({ slots: watched.slots, nowMs: watched.seenMs, running: toRunning(running), last: toLast(last) })
    watched.judgement = judgement
    const { decision, lossShares, failureShare } = judgement
    if (decision.do === 'nothing') return
    const order = { channelId, cause: decision.cause, figures: { lossShares, failureShare } }
    log.warn({ channelId, cause: decision.cause }, decision.do === 'start' ? 'automatic rollback starts' : 'automatic rollback ends')
    if (decision.do === 'start') await start({ ...order, keep: auto.keep, holdWindows: decision.holdWindows })
    else await end(order)
  }

  /** Writes the slot that runs and those before it that are not written whole, and drops what no window reaches. */
  async #store(channelId: string, watched: Watched): Promise<void> {
    const { newest, slotMs, all } = watched.slots
    if (newest === null) return
    const rows = all.filter((slot) => slot.startMs >= watched.writtenMs).map((slot) => toRow(channelId, slot))
    const oldestMs = Math.floor(newest.startMs - (maxHoldWindows * slotsPerWindow + 2) * slotMs)
    await commit(this.#parts.db, async (tx) => {
      // A channel that is gone takes its rows along.
      if ((await tx.selectFrom('channel').select('id').where('id', '=', channelId).executeTakeFirst()) === undefined) return
      await tx.deleteFrom('guardrail_slot').where('channel_id', '=', channelId).where('start_ms', '<', oldestMs).execute()
      for (const row of rows) {
        await tx
          .insertInto('guardrail_slot')
          .values(row)
          .onConflict((conflict) => conflict.columns(['channel_id', 'start_ms']).doUpdateSet(row))
          .execute()
      }
    })
    watched.writtenMs = newest.startMs
  }

  /** While the database is away the same work waits once: what it does then is of then. */
  #queueOnce(name: string, work: () => Promise<void>): void {
    if (this.#queued.has(name)) return
    this.#queued.add(name)
    this.#queue(() => {
      this.#queued.delete(name)
      return work()
    })
  }

  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#parts.log.error({ error: messageOf(error) }, 'the automatic rollback failed')
    })
  }
}

type Row = ReturnType<typeof toRow>

const toRow = (channelId: string, slot: GuardSlot) => ({
  channel_id: channelId,
  start_ms: Math.round(slot.startMs),
  covered_ms: Math.round(slot.coveredMs),
  lost: Math.round(slot.lost),
  due: Math.round(slot.due),
  down_ms: Math.round(slot.downMs),
  wanted_ms: Math.round(slot.wantedMs),
  fps_milli: Math.round(slot.fps * 1000),
})

const toSlot = (row: Row): GuardSlot => ({
  startMs: row.start_ms,
  coveredMs: row.covered_ms,
  lost: row.lost,
  due: row.due,
  downMs: row.down_ms,
  wantedMs: row.wanted_ms,
  fps: row.fps_milli / 1000,
})

const toRunning = (row: { at_ms: number; is_automatic: boolean; hold_windows: number } | undefined): RunningRollback | null =>
  row === undefined ? null : { atMs: row.at_ms, isAutomatic: row.is_automatic, holdWindows: row.hold_windows }

const toLast = (row: { ended_at_ms: number; was_automatic: boolean; hold_windows: number } | undefined): LastRollback | null =>
  row === undefined ? null : { endedAtMs: row.ended_at_ms, wasAutomatic: row.was_automatic, holdWindows: row.hold_windows }
