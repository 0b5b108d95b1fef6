/** Pictures that stand still for longer than this, though they should move, are a stall. */
const stallMs = 250

/** Tells stalls from the media's own time, and not from events, which browsers send each in their own way. Times are of `performance.now()`. */
export class StallMeter {
  #timeS = Number.NaN
  #movedAtMs = 0
  #isStalled = false

  /** `shouldRun`: not paused, not seeking, and past the first picture. The stall began when the time last moved. */
  look(nowMs: number, timeS: number, shouldRun: boolean): { readonly what: 'stalled' | 'moving'; readonly sinceMs: number } | null {
    if (!shouldRun || timeS !== this.#timeS) {
      this.#timeS = timeS
      this.#movedAtMs = nowMs
      if (!this.#isStalled) return null
      this.#isStalled = false
      return { what: 'moving', sinceMs: nowMs }
    }
    if (this.#isStalled || nowMs - this.#movedAtMs <= stallMs) return null
    this.#isStalled = true
    return { what: 'stalled', sinceMs: this.#movedAtMs }
  }
}
