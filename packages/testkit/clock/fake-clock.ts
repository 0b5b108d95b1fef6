import type { Clock, Timer } from '@sluice/base/clock'

type Entry = { dueMs: number; order: number; run: () => void }

/** A clock that stands still until `advance` moves it; timers run in order of their due time, then of their making. */
export class FakeClock implements Clock {
  #nowMs: number
  #order = 0
  #entries: Entry[] = []

  constructor(startMs = 0) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.#nowMs
  }

  after(delayMs: number, run: () => void): Timer {
    const entry: Entry = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run }
    this.#entries.push(entry)
    return {
      cancel: () => {
        this.#entries = this.#entries.filter((other) => other !== entry)
      },
    }
  }

  /** Moves time on by `ms` and runs all timers that fall due on the way, each at its own due time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      const next = this.#entries.filter((e) => e.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0]
      if (next === undefined) break
      this.#entries = this.#entries.filter((e) => e !== next)
      this.#nowMs = next.dueMs
      next.run()
    }
    this.#nowMs = endMs
  }

  /** How many timers wait: a leak check. */
  get pendingTimers(): number {
    return this.#entries.length
  }
}
