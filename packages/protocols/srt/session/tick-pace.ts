import { idleTickMs, tickMs } from '../constants.ts'

/** Ticks in a row, each less than two apart, that packets set off: after 40 ms of that a stream counts as steady. */
const STEADY_TICKS = 8

/**
 * When a session is served. A packet that comes does a tick's work when the last tick is 5 ms old: a timer of its own would cost a
 * wake-up of the process, 20 to 60 us, 200 times a second. The timer serves what packets leave: at its exact time when they come in
 * bursts, after 20 ms when a steady stream breaks off.
 */
export class TickPace {
  tickedAtMs = Number.NEGATIVE_INFINITY
  #driven = 0

  /** True when a packet that comes now does a tick's work. */
  isOver(nowMs: number): boolean {
    return nowMs - this.tickedAtMs >= tickMs
  }

  /** Notes a tick. `isDriven`: a packet set it off, and not the timer. */
  note(nowMs: number, isDriven: boolean): void {
    this.#driven = isDriven && nowMs - this.tickedAtMs < 2 * tickMs ? this.#driven + 1 : 0
    this.tickedAtMs = nowMs
  }

  /** When the timer should serve what is due at `dueMs`. `isPacing`: packets wait to leave, so that the stream that comes in serves too seldom. */
  nextMs(dueMs: number, isPacing: boolean): number {
    const isSteady = this.#driven >= STEADY_TICKS && !isPacing
    return Math.max(dueMs, this.tickedAtMs + (isSteady ? idleTickMs : tickMs))
  }
}
