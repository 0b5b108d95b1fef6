import { type Clock, isoTime } from '@sluice/base/clock'
import type { NewEvent } from '@sluice/contract/link'
import { z } from 'zod'
import type { Database } from '../db/index.ts'

const name = 'history-clock'
const dayMs = 24 * 60 * 60 * 1000
/** A clock that moved by no more since it was last read is believed: a machine may be off for so long. Only idempotency keys are kept for less. */
const maxStepMs = 14 * dayMs
/** One that moved further is believed once it has gone on from there for so long. */
const believedAfterMs = 14 * dayMs
/** While Sluice runs, the wall clock may get ahead of the time that passes by no more than this. */
const maxCorrectionMs = dayMs

/**
 * What is known of the time, as the database keeps it. `atMs`: what the clock said when it was last believed. `doubt`: it moved too far from
 * there; where it was then, and when last read.
 */
const KnownTime = z.object({ atMs: z.number(), doubt: z.object({ sinceMs: z.number(), lastMs: z.number() }).nullable() })
export type KnownTime = z.infer<typeof KnownTime>

/** What is known once the clock was read again. */
function nextKnownTime({ atMs, doubt }: KnownTime, wallMs: number): KnownTime {
  if (isNear(wallMs, atMs)) return { atMs: wallMs, doubt: null }
  if (doubt === null || !isNear(wallMs, doubt.lastMs)) return { atMs, doubt: { sinceMs: wallMs, lastMs: wallMs } }
  if (wallMs - doubt.sinceMs >= believedAfterMs) return { atMs: wallMs, doubt: null }
  return { atMs, doubt: { sinceMs: doubt.sinceMs, lastMs: wallMs } }
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= maxStepMs

/**
 * The time that ages are counted to. A year that was typed wrong, or a machine that starts without a clock, would make all history old, and
 * no correction brings it back: so a clock that jumped far is first watched, over restarts too.
 */
export class HistoryClock {
  readonly #db: Database
  readonly #clock: Clock
  readonly #onDoubt: (event: NewEvent) => void
  readonly #untilMs: () => number

  constructor(parts: { db: Database; clock: Clock; onDoubt: (event: NewEvent) => void }) {
    this.#db = parts.db
    this.#clock = parts.clock
    this.#onDoubt = parts.onDoubt
    this.#untilMs = agingTime(parts.clock)
  }

  /**
   * Reads the clock and keeps what is known of it: at the start, before anything is stored under a wrong time, and before history ages.
   * The time that ages may be counted to.
   */
  async read(): Promise<number> {
    const wallMs = this.#clock.wallMs()
    const row = await this.#db.selectFrom('deployment').select('value').where('name', '=', name).executeTakeFirst()
    const before = row === undefined ? await this.#firstKnown(wallMs) : KnownTime.parse(JSON.parse(row.value))
    const known = nextKnownTime(before, wallMs)
    const value = JSON.stringify(known)
    await this.#db
      .insertInto('deployment')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute()
    if (known.doubt !== null && known.doubt.sinceMs !== before.doubt?.sinceMs) this.#onDoubt(doubtEvent(known.atMs, wallMs))
    return Math.min(known.atMs, this.#untilMs())
  }

  /** What was stored last was stored under the time of then; an empty database knows no other than now. */
  async #firstKnown(wallMs: number): Promise<KnownTime> {
    const last = await this.#db.selectFrom('event').select('at_ms').orderBy('seq', 'desc').limit(1).executeTakeFirst()
    return { atMs: last?.at_ms ?? wallMs, doubt: null }
  }
}

/** The wall clock, but not further ahead than has passed since the start. */
function agingTime(clock: Clock): () => number {
  const [wallMs, startMs] = [clock.wallMs(), clock.nowMs()]
  return () => Math.min(clock.wallMs(), wallMs + clock.nowMs() - startMs + maxCorrectionMs)
}

function doubtEvent(knownMs: number, wallMs: number): NewEvent {
  const data = { known: isoTime(knownMs), now: isoTime(wallMs), believedFrom: isoTime(wallMs + believedAfterMs) }
  return {
    name: 'clock.doubted',
    severity: 'warning',
    channelId: null,
    subjectId: null,
    message: `The clock of this machine jumped from ${data.known} to ${data.now}. Shows go on. No history is deleted for its age until the clock is right again, or until ${data.believedFrom} by this clock. Check the date of this machine.`,
    data,
  }
}
