import { backoffMs } from '@sluice/base/backoff'
import type { Clock, Timer } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { EventDraft } from '@sluice/contract/link'
import type { FromWatch } from '@sluice/contract/watch'
import type { OpenWatchProcess, WatchProcess } from './watch-process.ts'
import { type WatchSink, WatchTap, type WatchWants } from './watch-tap.ts'

/** Whether pictures and sound are measured now, and if not, why. */
export type WatchState = { readonly state: 'measuring' | 'starting' | 'unavailable'; readonly reason: string | null }

const lookMs = 1000
/** It beats each second: a child that is stuck in a decoder, stopped or starved does not. */
const answerMs = 5000
/** From the start to its first word: a machine under load takes its time to read the 170 MB of codecs. */
const helloMs = 20_000
/** 95 MB bare, some 40 MB for each 4K decoder: more than this is a leak. */
const maxRssBytes = { base: 384 * 1024 * 1024, perInput: 64 * 1024 * 1024 }
const backoff = { baseMs: 1000, capMs: 60_000 }
/** Who ran for so long starts with the first backoff again. */
const wellMs = 60_000
/** An encoder that comes and goes does not start a process each time. */
const lingerMs = 10_000
/** Failures are told at most this often. */
const toldMs = 10 * 60_000

type Parts = {
  readonly clock: Clock
  readonly log: Logger
  readonly open: OpenWatchProcess
  readonly onEvent: (draft: EventDraft) => void
}

/**
 * Has pictures and sound measured in a child process, which runs while there is a tap and no longer. A child that crashes, hangs or grows is
 * replaced, after a wait; meanwhile nothing is judged. Media never waits for any of it.
 */
export class ContentWatcher {
  readonly #parts: Parts
  // bound: one an input that is looked at
  readonly #taps = new Map<number, WatchTap>()
  #nextSlot = 1
  #process: WatchProcess | null = null
  #isReady = false
  #startedMs = 0
  #heardMs = 0
  #failures = 0
  #problem: string | null = null
  /** No child of this machine can decode: none is started again. */
  #isUnavailable = false
  #toldMs = Number.NEGATIVE_INFINITY
  #isTold = false
  #lookTimer: Timer | null = null
  #startTimer: Timer | null = null
  #lingerTimer: Timer | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get state(): WatchState {
    if (this.#isUnavailable) return { state: 'unavailable', reason: this.#problem }
    return { state: this.#isReady ? 'measuring' : 'starting', reason: this.#isReady ? null : this.#problem }
  }
  /** Of the child, for tests and logs; null while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null
  }

  /** Begins to watch one session. */
  tap(wants: WatchWants, sink: WatchSink): WatchTap {
    const { clock } = this.#parts
    const tap = new WatchTap(this.#nextSlot++, wants, sink, { nowMs: () => clock.nowMs(), onClose: (closed) => this.#release(closed) })
    this.#taps.set(tap.slot, tap)
    this.#lingerTimer?.cancel()
    this.#lingerTimer = null
    if (this.#process !== null && this.#isReady) tap.connect(this.#process.send)
    else if (this.#startTimer === null) this.#start()
    return tap
  }

  close(): void {
    this.#taps.clear()
    this.#stop()
  }

  #release(tap: WatchTap): void {
    this.#taps.delete(tap.slot)
    if (this.#taps.size > 0 || this.#lingerTimer !== null) return
    this.#lingerTimer = this.#parts.clock.after(lingerMs, () => this.#stop())
  }

  #start(): void {
    this.#startTimer = null
    if (this.#process !== null || this.#isUnavailable || this.#taps.size === 0) return
    const { clock, open } = this.#parts
    this.#startedMs = clock.nowMs()
    this.#heardMs = this.#startedMs
    const mine: { process: WatchProcess | null } = { process: null }
    mine.process = open({
      onMessage: (message) => {
        if (mine.process === this.#process) this.#receive(message)
      },
      onEnd: (reason) => {
        if (mine.process === this.#process) this.#fail(reason)
      },
      maxRssBytes: () => this.#maxRssBytes(),
    })
    this.#process = mine.process
    this.#lookTimer = clock.after(lookMs, () => this.#look())
  }

  #stop(): void {
    for (const timer of [this.#lookTimer, this.#startTimer, this.#lingerTimer]) timer?.cancel()
    this.#lookTimer = null
    this.#startTimer = null
    this.#lingerTimer = null
    this.#process?.kill()
    this.#process = null
    this.#isReady = false
    for (const tap of this.#taps.values()) {
      tap.connect(null)
      tap.sink.onUnjudged()
    }
  }

  #receive(message: FromWatch): void {
    this.#heardMs = this.#parts.clock.nowMs()
    if (message.type === 'hello') this.#greet(message.problem)
    else if (message.type === 'picture') this.#taps.get(message.slot)?.sink.onPicture(message)
    else if (message.type === 'sound') this.#taps.get(message.slot)?.sink.onSound(message)
    else if (message.type === 'undecoded') this.#taps.get(message.slot)?.sink.onUndecoded(message)
    else if (message.type === 'beat') this.#weigh(message.rssBytes)
  }

  #greet(problem: string | null): void {
    this.#problem = problem
    if (problem !== null) {
      this.#isUnavailable = true
      this.#stop()
      this.#tell(`Black or frozen pictures and silence are not detected: ${problem}`)
      return
    }
    this.#isReady = true
    const process = this.#process
    for (const tap of this.#taps.values()) tap.connect(process?.send ?? null)
    if (!this.#isTold) return
    this.#isTold = false
    this.#emit('watch.restored', 'info', 'Picture and sound are checked again.')
  }

  #look(): void {
    const { clock } = this.#parts
    this.#lookTimer = clock.after(lookMs, () => this.#look())
    const silentMs = clock.nowMs() - this.#heardMs
    if (silentMs >= (this.#isReady ? answerMs : helloMs)) this.#fail(`it did not answer for ${Math.round(silentMs / 1000)} s`)
  }

  #weigh(rssBytes: number): void {
    const maxBytes = this.#maxRssBytes()
    if (rssBytes > maxBytes)
      this.#fail(`it used ${Math.round(rssBytes / 2 ** 20)} MB of memory, limit ${Math.round(maxBytes / 2 ** 20)} MB`)
  }

  #maxRssBytes(): number {
    return maxRssBytes.base + maxRssBytes.perInput * this.#taps.size
  }

  #fail(reason: string): void {
    const { clock, log } = this.#parts
    if (clock.nowMs() - this.#startedMs >= wellMs) this.#failures = 0
    const waitMs = backoffMs(backoff, this.#failures++)
    this.#stop()
    this.#problem = reason
    log.warn({ reason, waitMs }, 'the process that watches pictures and sound failed')
    this.#startTimer = clock.after(waitMs, () => this.#start())
    this.#tell(
      `Picture and sound are not checked at the moment: the process that decodes them failed, ${reason}. It is restarting; media is not affected.`,
    )
  }

  #tell(message: string): void {
    const nowMs = this.#parts.clock.nowMs()
    if (nowMs - this.#toldMs < toldMs) return
    this.#toldMs = nowMs
    this.#isTold = true
    this.#emit('watch.failed', 'warning', message)
  }

  #emit(name: 'watch.failed' | 'watch.restored', severity: 'info' | 'warning', message: string): void {
    this.#parts.onEvent({ name, severity, channelId: null, subjectId: null, message })
  }
}
