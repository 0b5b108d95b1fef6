/** Each look wakes a process that sleeps. A stall shows by what of it is behind the look: one of 250 ms always, a shorter one often. */
const probeMs = 250

/** How late timers run: the event loop's own health. */
export class LoopLag {
  #worstMs = 0
  #dueMs = performance.now() + probeMs
  readonly #handle: NodeJS.Timeout

  constructor() {
    // Not by the clock that is passed in: what is measured is the real time of the real loop. It can't throw.
    this.#handle = setInterval(() => {
      const nowMs = performance.now()
      this.#worstMs = Math.max(this.#worstMs, nowMs - this.#dueMs)
      this.#dueMs = nowMs + probeMs
    }, probeMs)
    this.#handle.unref()
  }

  /** Worst lateness in milliseconds since the call before. */
  readAndReset(): number {
    const worstMs = Math.round(this.#worstMs * 10) / 10
    this.#worstMs = 0
    return worstMs
  }

  close(): void {
    clearInterval(this.#handle)
  }
}
