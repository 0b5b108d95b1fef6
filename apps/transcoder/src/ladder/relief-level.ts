/** What was seen over one window. `lateMs`: the least that a picture was late by: one slow picture is no overload; null: none came. */
export type LoadWindow = { readonly busy: number; readonly lateMs: number | null }

/** A window is looked at so often; two of them and a rung says that it is reduced. */
export const windowMs = 500
const busyLimit = 0.92
const lateLimitMs = 120
/** Busy all the time, and on time: it works ahead of the clock, or nothing is measured. */
const isPacedMs = 20
/** The level that it goes back to must be predicted to stay below this. */
const safeLoad = 0.8
const firstHoldMs = 10_000
const maxHoldMs = 120_000

/**
 * How many steps of relief are in force. Up by one when a window is full or late; down, to the lowest level that is predicted to fit, once a lower
 * one was for as long as the hold. A way down that did not hold doubles the hold, so that viewers do not see it go to and fro. Pure.
 */
export class ReliefLevel {
  // bound: one a step
  #loadsLeft: readonly number[] = [1]
  #level = 0
  #holdMs = firstHoldMs
  #quietSinceMs: number | null = null
  /** Predicted load without relief, the highest since then. */
  #busiestWhole = 0
  #loweredMs = Number.NEGATIVE_INFINITY
  #relaxedMs = 0

  get level(): number {
    return this.#level
  }

  /** The steps are others: as many as before are in force, if there are so many. `loadsLeft`: after each number of steps, as a share of the whole. */
  setSteps(loadsLeft: readonly number[]): void {
    this.#loadsLeft = loadsLeft
    this.#level = Math.min(this.#level, loadsLeft.length - 1)
    this.#quietSinceMs = null
  }

  /** Once a window. */
  note(nowMs: number, { busy, lateMs }: LoadWindow): void {
    const isLate = lateMs !== null && lateMs > lateLimitMs
    const isFull = busy > busyLimit && lateMs !== null && lateMs > isPacedMs
    if (isLate || isFull) {
      this.#raise(nowMs)
      return
    }
    if (this.#level === 0) {
      if (nowMs - this.#relaxedMs > maxHoldMs) this.#holdMs = firstHoldMs
      return
    }
    const whole = busy / Math.max(0.01, this.#loadsLeft[this.#level]!)
    const fitting = this.#loadsLeft.findIndex((left) => whole * left < safeLoad)
    if (fitting < 0 || fitting >= this.#level) {
      this.#quietSinceMs = null
      return
    }
    this.#busiestWhole = this.#quietSinceMs === null ? whole : Math.max(this.#busiestWhole, whole)
    this.#quietSinceMs ??= nowMs
    if (nowMs - this.#quietSinceMs < this.#holdMs) return
    // By the busiest window of the hold: the last one may have been an easy picture.
    this.#level = this.#loadsLeft.findIndex((left) => this.#busiestWhole * left < safeLoad)
    this.#loweredMs = nowMs
    this.#relaxedMs = nowMs
    this.#quietSinceMs = null
  }

  #raise(nowMs: number): void {
    this.#quietSinceMs = null
    if (this.#level >= this.#loadsLeft.length - 1) return
    this.#level++
    this.#relaxedMs = nowMs
    if (nowMs - this.#loweredMs >= this.#holdMs) return
    this.#holdMs = Math.min(maxHoldMs, this.#holdMs * 2)
    this.#loweredMs = Number.NEGATIVE_INFINITY
  }
}
