const tickMs = 1000
const tolerableSkewMs = 1500

/**
 * One tick a second for every duration on the page, on the server's clock: a tablet whose own clock is minutes off must not show a
 * stall of minutes.
 */
export class ClockStore {
  #skewMs = 0
  #nowMs = Date.now()
  #timer: ReturnType<typeof setInterval> | undefined
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#timer ??= setInterval(this.#tick, tickMs)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  readonly nowMs = (): number => this.#nowMs

  /** What the server's clock said a moment ago. */
  learn(serverIso: string): void {
    const skewMs = Date.now() - Date.parse(serverIso)
    const isTolerable = Math.abs(skewMs) < tolerableSkewMs
    this.#skewMs = isTolerable ? 0 : skewMs
  }

  readonly #tick = (): void => {
    this.#nowMs = Date.now() - this.#skewMs
    for (const listener of this.#listeners) listener()
  }
}
