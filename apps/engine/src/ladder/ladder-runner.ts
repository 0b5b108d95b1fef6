import type { Clock, Timer } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { LinkMessage } from '@sluice/containers/frame-link'
import type { FromLadder } from '@sluice/contract/ladder'
import type { LadderProcess, OpenLadderProcess } from './ladder-process.ts'

/** From the start to its first word: a machine under load takes its time to read the 170 MB of codecs. */
const helloMs = 20_000
/**
 * A child beats four times a second. Looks and not milliseconds are counted: an engine that was held up itself must not take it out on the
 * child. Six of 200 ms; the longest call into a codec that was seen under load took 0.4 s.
 */
const lookMs = 200
const maxSilentLooks = 6
/** Waits before the next start, by how many children died in a row. */
const waitsMs = [0, 1000, 2000, 5000, 15_000] as const
/** Who ran for so long was well: what ends it is not what ended the one before. */
const wellMs = 3000
/** So many in a row within a minute, and the encoder counts as failed; it is tried again all the same. */
const failedAfter = { deaths: 3, windowMs: 60_000 }
/** An encoder that comes and goes does not start a process each time. */
const lingerMs = 10_000

/** Why there is no child; `waitMs`: from then to the next try, null for none. */
export type LadderDown = { readonly reason: string; readonly hasFailed: boolean; readonly waitMs: number | null }

type Parts = {
  readonly clock: Clock
  readonly log: Logger
  readonly open: OpenLadderProcess
  readonly rungCount: () => number
  /** A child that can encode is there. */
  readonly onReady: (child: LadderProcess) => void
  readonly onMessage: (message: Exclude<FromLadder, { type: 'hello' } | { type: 'beat' }> | LinkMessage) => void
  readonly onTurn: () => void
  /** It is gone, after it was ready or before. */
  readonly onDown: (down: LadderDown) => void
  /** Nobody wanted it for a while, and it was ended. */
  readonly onIdle: () => void
  /** Frames went to the child since the call before. */
  readonly takeHasSent: () => boolean
}

/** Keeps the child that encodes running while it is wanted: starts it, sees that it lives, ends one that is stuck, starts the next. */
export class LadderRunner {
  readonly #parts: Parts
  #child: LadderProcess | null = null
  #isReady = false
  #isWanted = false
  /** The machine can't encode: no child is started again. */
  #isUnavailable = false
  #down: LadderDown | null = null
  #startedMs = 0
  #readyMs = 0
  // bound: `waitsMs`, the oldest go
  #deathsMs: number[] = []
  #silentLooks = 0
  #isHeard = false
  #lookTimer: Timer | null = null
  #startTimer: Timer | null = null
  #lingerTimer: Timer | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The child that takes messages; null: none does now. */
  get child(): LadderProcess | null {
    return this.#isReady ? this.#child : null
  }
  /** Of the child, for tests and logs; null while there is none. */
  get pid(): number | null {
    return this.#child?.pid ?? null
  }
  /** How the last child ended, until the next one is ready; null: it did not. */
  get down(): LadderDown | null {
    return this.#down
  }
  /** A child is there, or on its way. */
  get isActive(): boolean {
    return this.#child !== null || this.#startTimer !== null
  }

  want(isWanted: boolean): void {
    if (isWanted) {
      this.#lingerTimer?.cancel()
      this.#lingerTimer = null
    } else if (this.#isWanted && this.#lingerTimer === null)
      this.#lingerTimer = this.#parts.clock.after(lingerMs, () => {
        this.#end()
        this.#parts.onIdle()
      })
    this.#isWanted = isWanted
    if (isWanted && this.#child === null && this.#startTimer === null && !this.#isUnavailable) this.#start()
  }

  /** The child said or did what it must not. */
  kill(reason: string): void {
    if (this.#child !== null) this.#fail(reason)
  }

  close(): void {
    this.#isWanted = false
    this.#end()
  }

  #start(): void {
    this.#startTimer = null
    if (!this.#isWanted) return
    const mine: { child: LadderProcess | null } = { child: null }
    const isMine = (): boolean => mine.child !== null && mine.child === this.#child
    mine.child = this.#parts.open({
      onMessage: (message) => {
        if (isMine()) this.#receive(message)
      },
      onTurn: () => {
        if (isMine()) this.#parts.onTurn()
      },
      onEnd: (reason) => {
        if (isMine()) this.#fail(reason)
      },
      rungCount: this.#parts.rungCount,
    })
    this.#child = mine.child
    this.#startedMs = this.#parts.clock.nowMs()
    this.#silentLooks = 0
    this.#lookTimer = this.#parts.clock.after(helloMs, () => this.#fail(`it did not start within ${helloMs / 1000} s`))
  }

  #receive(message: FromLadder | LinkMessage): void {
    this.#isHeard = true
    if (message.type === 'hello') this.#greet(message.problem)
    else if (message.type !== 'beat' && this.#isReady) this.#parts.onMessage(message)
  }

  #greet(problem: string | null): void {
    const child = this.#child
    if (this.#isReady || child === null) return
    if (problem !== null) {
      this.#isUnavailable = true
      this.#stop()
      this.#down = { reason: problem, hasFailed: true, waitMs: null }
      this.#parts.onDown(this.#down)
      return
    }
    this.#isReady = true
    this.#readyMs = this.#parts.clock.nowMs()
    this.#parts.log.info({ pid: child.pid, startMs: Math.round(this.#readyMs - this.#startedMs) }, 'the encoder of a channel is ready')
    this.#down = null
    this.#lookTimer?.cancel()
    this.#lookTimer = this.#parts.clock.after(lookMs, () => this.#look())
    this.#parts.onReady(child)
  }

  #look(): void {
    this.#lookTimer = this.#parts.clock.after(lookMs, () => this.#look())
    const isDue = this.#parts.takeHasSent() || (this.#child?.queuedBytes ?? 0) > 0 || this.#silentLooks > 0
    this.#silentLooks = isDue && !this.#isHeard ? this.#silentLooks + 1 : 0
    this.#isHeard = false
    if (this.#silentLooks >= maxSilentLooks) this.#fail(`it did not answer for ${(maxSilentLooks * lookMs) / 1000} s`)
  }

  #fail(reason: string): void {
    const { clock, log } = this.#parts
    const nowMs = clock.nowMs()
    if (this.#isReady && nowMs - this.#readyMs >= wellMs) this.#deathsMs = []
    const waitMs = waitsMs[Math.min(this.#deathsMs.length, waitsMs.length - 1)]!
    this.#deathsMs = [...this.#deathsMs, nowMs].slice(-waitsMs.length)
    const recent = this.#deathsMs.filter((atMs) => nowMs - atMs <= failedAfter.windowMs)
    const hasFailed = recent.length >= failedAfter.deaths || this.#deathsMs.length >= waitsMs.length
    this.#stop()
    log.warn({ reason, waitMs }, 'the encoder of a channel failed')
    this.#down = { reason, hasFailed, waitMs }
    this.#parts.onDown(this.#down)
    // A wait of 0 is over at once: the next one starts while the sockets are still at it.
    if (this.#isWanted) this.#startTimer = clock.after(waitMs, () => this.#start())
  }

  #stop(): void {
    this.#lookTimer?.cancel()
    this.#lookTimer = null
    this.#startTimer?.cancel()
    this.#startTimer = null
    this.#child?.kill()
    this.#child = null
    this.#isReady = false
    this.#isHeard = false
  }

  #end(): void {
    this.#lingerTimer?.cancel()
    this.#lingerTimer = null
    this.#stop()
    this.#down = null
    this.#deathsMs = []
    this.#isUnavailable = false
  }
}
