import { type Clock, systemClock, type Timer } from '@sluice/base/clock'

/** The system's clock, moved on by hand: for waits of minutes in a control whose sockets and timers are real. Timers run as they were set. */
export class ShiftedClock implements Clock {
  #shiftMs = 0

  nowMs(): number {
    return systemClock.nowMs() + this.#shiftMs
  }

  wallMs(): number {
    return systemClock.wallMs() + this.#shiftMs
  }

  after(delayMs: number, run: () => void): Timer {
    return systemClock.after(delayMs, run)
  }

  advance(ms: number): void {
    this.#shiftMs += ms
  }
}
