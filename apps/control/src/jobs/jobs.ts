import type { Clock, Timer } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { LiveState } from '../observed/index.ts'
import type { Platform } from '../services/index.ts'
import { doDue, nextDueMs } from './due.ts'
import { settleRotations } from './settle.ts'
import { UseNotes } from './use-notes.ts'

/** How often it looks at what the engines say: rotations that get known, and destinations in use. */
const lookMs = 5000
const soonMs = 50

type Parts = { platform: Platform; live: LiveState; clock: Clock; log: Logger }

/**
 * What is done at its time, whoever is looking: planned keys, links that expire, keys that are overdue. What was missed while nothing
 * ran is done at start. It is all in the database, so that it survives a restart.
 */
export class Jobs {
  readonly #parts: Parts
  readonly #use: UseNotes
  #timer: Timer | null = null
  #running: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#use = new UseNotes(parts)
  }

  start(): void {
    this.wake()
  }

  /** Something has another due time. */
  wake(): void {
    if (!this.#isClosed) this.#sleep(soonMs)
  }

  /** Waits for what is being done. */
  close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    return this.#running
  }

  #sleep(ms: number): void {
    this.#timer?.cancel()
    this.#timer = this.#parts.clock.after(ms, () => {
      this.#running = this.#running.then(() => this.#run())
    })
  }

  async #run(): Promise<void> {
    const { platform, live, clock, log } = this.#parts
    let waitMs = lookMs
    try {
      await doDue(platform, log)
      await settleRotations(platform, live)
      await this.#use.note()
      const dueMs = await nextDueMs(platform.db)
      if (dueMs !== null) waitMs = Math.min(lookMs, Math.max(soonMs, dueMs - clock.wallMs()))
    } catch (error) {
      log.error({ error: messageOf(error) }, 'a scheduled job failed')
    }
    if (!this.#isClosed) this.#sleep(waitMs)
  }
}
