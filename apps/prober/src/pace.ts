import type { Clock, Timer } from '@sluice/base/clock'

const lookMs = 2000
const maxPauseMs = 4000
const firstPauseMs = 20

/** Processor time that this process has taken, in ms. */
export type ReadCpuMs = () => number

/**
 * Keeps the prober below its share of the machine: what takes more than `maxShare` of a core waits longer between its requests, until it does not.
 * A reload that waits is a reload less, not one that is late.
 */
export class Pace {
  readonly #clock: Clock
  readonly #readCpuMs: ReadCpuMs
  readonly #timer: { current: Timer }
  #maxShare: number
  #last: { readonly atMs: number; readonly cpuMs: number }
  #share = 0
  #pauseMs = 0

  constructor(clock: Clock, readCpuMs: ReadCpuMs, maxShare: number) {
    this.#clock = clock
    this.#readCpuMs = readCpuMs
    this.#maxShare = maxShare
    this.#last = { atMs: clock.nowMs(), cpuMs: readCpuMs() }
    this.#timer = { current: clock.after(lookMs, () => this.#look()) }
  }

  /** Of one core over the last seconds, 0..1. */
  get share(): number {
    return this.#share
  }
  get pauseMs(): number {
    return this.#pauseMs
  }

  setBound(maxShare: number): void {
    this.#maxShare = maxShare
  }

  /** What is waited between two requests of one player. */
  async rest(): Promise<void> {
    if (this.#pauseMs > 0) await wait(this.#clock, this.#pauseMs)
  }

  close(): void {
    this.#timer.current.cancel()
  }

  #look(): void {
    const now = { atMs: this.#clock.nowMs(), cpuMs: this.#readCpuMs() }
    this.#share = (now.cpuMs - this.#last.cpuMs) / Math.max(1, now.atMs - this.#last.atMs)
    this.#last = now
    if (this.#share > this.#maxShare) this.#pauseMs = Math.min(maxPauseMs, Math.max(firstPauseMs, this.#pauseMs * 2))
    else if (this.#share < this.#maxShare * 0.6) this.#pauseMs = this.#pauseMs <= firstPauseMs ? 0 : this.#pauseMs / 2
    this.#timer.current = this.#clock.after(lookMs, () => this.#look())
  }
}

/** Resolves after `ms`. */
export function wait(clock: Clock, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  clock.after(ms, resolve)
  return promise
}
