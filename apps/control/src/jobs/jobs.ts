import { backoffMs } from '@sluice/base/backoff'
import type { Clock, Timer } from '@sluice/base/clock'
import { messageOf, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type Database, type JobKind, jobKinds } from '../db/index.ts'
import { claimJob, dueKinds, finishJob, type Holder, type Job, nextDueMs, planOwn, putBack, renewLeases } from './job-rows.ts'

/** How often it looks whether something is due, or left behind, that it was not told of. */
const lookMs = 5000
const soonMs = 50
/** Renewed with each look. */
const leaseMs = 60_000
/** Jobs of one kind that run at once. */
const maxAtOnce = 4
const retry = { baseMs: 5000, capMs: 10 * 60_000, jitter: 0 }
const maxErrorCharacters = 500

/**
 * How a kind of job is done. A job runs again where Sluice ended before it could say that it was done: `run` looks itself whether there is
 * something left to do, and does it in one transaction where it must happen once.
 */
export type JobHandler = {
  run(job: Job): Promise<void>
  /** It takes minutes: one at a time, and the end of Sluice does not wait for it. */
  readonly isLong?: boolean
  /** Until it is given up; without, it is tried for ever. */
  readonly maxAttempts?: number
  giveUp?(job: Job): Promise<void>
  /** It is planned again, so long after its end. */
  readonly everyMs?: number
}

type Parts = {
  db: Database
  clock: Clock
  log: Logger
  handlers: { readonly [Kind in JobKind]: JobHandler }
  /** What is done at each look, and keeps nothing: following what engines say. */
  looks: readonly (() => Promise<void>)[]
}

/** Does what is due at its time, whoever is looking. It is all in the database: what was missed while nothing ran is done at start. */
export class Jobs {
  readonly #parts: Parts
  #holder = ''
  // bound: `maxAtOnce` a kind
  readonly #running = new Map<string, { job: Job; end: Promise<void> }>()
  #timer: Timer | null = null
  /** Something came up while it looked. */
  #isWoken = false
  #looking: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** `holder`: the same at each start, and held by no other control meanwhile. What it had begun before is taken on again at once. */
  start(holder: string): void {
    this.#holder = holder
    this.wake()
  }

  /** Something has another due time. */
  wake(): void {
    this.#isWoken = true
    if (!this.#isClosed && this.#holder !== '') this.#sleep(soonMs)
  }

  /** Waits for what is being done, but for what takes minutes: that is put back, for the next start. */
  async close(): Promise<void> {
    const { db, handlers, log } = this.#parts
    this.#isClosed = true
    this.#timer?.cancel()
    await this.#looking
    for (const { job, end } of this.#running.values()) {
      if (handlers[job.kind].isLong !== true) await end
      else {
        const back = putBack(db, job, this.#holder, { dueAtMs: job.dueAtMs, error: null, counts: false })
        await back.catch((error: unknown) => log.warn({ kind: job.kind, error: messageOf(error) }, 'a job could not be put back'))
      }
    }
  }

  get #held(): Holder {
    return { id: this.#holder, runs: [...this.#running.keys()] }
  }

  #sleep(ms: number): void {
    this.#timer?.cancel()
    this.#timer = this.#parts.clock.after(ms, () => {
      this.#looking = this.#looking.then(() => this.#look())
    })
  }

  async #look(): Promise<void> {
    const { db, clock, looks, log } = this.#parts
    let waitMs = lookMs
    this.#isWoken = false
    try {
      await renewLeases(db, this.#held, clock.wallMs() + leaseMs)
      await this.#planOwn()
      for (const kind of await dueKinds(db, this.#held, clock.wallMs())) await this.#claimAll(kind)
      for (const look of looks) await look()
      const dueMs = await nextDueMs(
        db,
        jobKinds.filter((kind) => this.#hasRoom(kind)),
      )
      if (dueMs !== null) waitMs = Math.min(lookMs, Math.max(soonMs, dueMs - clock.wallMs()))
    } catch (error) {
      log.error({ error: messageOf(error) }, 'a scheduled job failed')
    }
    if (!this.#isClosed) this.#sleep(this.#isWoken ? soonMs : waitMs)
  }

  async #planOwn(): Promise<void> {
    const { db, clock, handlers } = this.#parts
    const nowMs = clock.wallMs()
    for (const kind of jobKinds) {
      const { everyMs } = handlers[kind]
      if (everyMs !== undefined) await planOwn(db, kind, nowMs, nowMs + everyMs)
    }
  }

  async #claimAll(kind: JobKind): Promise<void> {
    const { db, clock } = this.#parts
    while (this.#hasRoom(kind) && !this.#isClosed) {
      const job = await claimJob(db, kind, this.#held, { nowMs: clock.wallMs(), leaseMs })
      if (job === null) return
      this.#running.set(job.id, { job, end: this.#run(job) })
    }
  }

  #hasRoom(kind: JobKind): boolean {
    const count = [...this.#running.values()].filter(({ job }) => job.kind === kind).length
    return count < (this.#parts.handlers[kind].isLong === true ? 1 : maxAtOnce)
  }

  /** Never rejects. */
  async #run(job: Job): Promise<void> {
    const { db, clock, log, handlers } = this.#parts
    const { run, giveUp, maxAttempts = Number.POSITIVE_INFINITY } = handlers[job.kind]
    const about = { kind: job.kind, subject: job.subjectId, attempts: job.attempts }
    try {
      if (job.attempts > maxAttempts) {
        await giveUp?.(job)
        log.error(about, 'a job is given up')
        const error = `Given up: Sluice ended in each of ${maxAttempts} attempts.`
        await finishJob(db, job, this.#holder, { state: 'failed', nowMs: clock.wallMs(), error })
      } else {
        await run(job).catch(unlessGone)
        await finishJob(db, job, this.#holder, { state: 'done', nowMs: clock.wallMs() })
      }
    } catch (cause) {
      const error = messageOf(cause).slice(0, maxErrorCharacters)
      log.error({ ...about, error }, 'a scheduled job failed')
      const dueAtMs = clock.wallMs() + backoffMs(retry, job.attempts - 1)
      await putBack(db, job, this.#holder, { dueAtMs, error, counts: true }).catch(() => {
        // The database is away: what is held and not run is taken on again once it is back.
      })
    } finally {
      this.#running.delete(job.id)
      this.wake()
    }
  }
}

/** What a job is about may have gone since it was planned. */
function unlessGone(error: unknown): void {
  if (!(error instanceof SluiceError) || error.code !== 'NOT_FOUND') throw error
}
