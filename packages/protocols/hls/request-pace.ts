/** A recording of short segments is fetched some seconds ahead at once, and then as it plays. */
const burst = 60
/** Segments of 100 ms, sound beside them, and both playlists. */
const perSecond = 25

/** Holds the requests of one source to a pace, so that segments that give no media, or a playlist that never stands still, cost their server and us little. */
export class RequestPace {
  #left = burst
  #atMs: number | null = null

  /** True: a request may go, and is counted. */
  spend(nowMs: number): boolean {
    this.#left = Math.min(burst, this.#left + (nowMs - (this.#atMs ?? nowMs)) * (perSecond / 1000))
    this.#atMs = nowMs
    if (this.#left < 1) return false
    this.#left--
    return true
  }

  /** When the next one may go. */
  nextMs(nowMs: number): number {
    return this.#left >= 1 ? nowMs : nowMs + Math.ceil(((1 - this.#left) * 1000) / perSecond)
  }
}
