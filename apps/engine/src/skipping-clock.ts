import type { Clock, Timer } from '@sluice/base/clock'

type Entry = { readonly dueMs: number; readonly run: () => void; timer: Timer }

/** A clock that can be moved on: what would fall due meanwhile runs at once, in turn. Otherwise it is the clock behind it. */
export class SkippingClock implements Clock {
  readonly #clock: Clock
  // bound: one an open timer of what runs by this clock
  readonly #entries = new Set<Entry>()
  #skippedMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  nowMs(): number {
    return this.#clock.nowMs() + this.#skippedMs
  }

  wallMs(): number {
    return this.#clock.wallMs() + this.#skippedMs
  }

  after(delayMs: number, run: () => void): Timer {
    const once = (): void => {
      if (this.#entries.delete(entry)) run()
    }
    const entry: Entry = { dueMs: this.nowMs() + delayMs, run: once, timer: this.#clock.after(delayMs, once) }
    this.#entries.add(entry)
    return { cancel: () => this.#drop(entry) }
  }

  skip(ms: number): void {
    this.#skippedMs += ms
    const nowMs = this.nowMs()
    const due = [...this.#entries].filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs)
    for (const entry of due) {
      entry.timer.cancel()
      entry.run()
    }
  }

  #drop(entry: Entry): void {
    entry.timer.cancel()
    this.#entries.delete(entry)
  }
}
