/**
 * One token bucket of reconnect attempts for a whole engine, so that many failing outputs can't make a retry storm. First
 * connections are free; each retry takes a token. Time is passed in.
 */
export class AttemptBudget {
  readonly #capacity: number
  readonly #perSecond: number
  #tokens: number
  #lastMs: number | null = null

  constructor(options: { capacity: number; perSecond: number }) {
    this.#capacity = options.capacity
    this.#perSecond = options.perSecond
    this.#tokens = options.capacity
  }

  /** 0 when the attempt may go now (a token is taken), else the milliseconds until it is worth asking again. */
  spend(nowMs: number): number {
    if (this.#lastMs !== null) {
      this.#tokens = Math.min(this.#capacity, this.#tokens + ((nowMs - this.#lastMs) / 1000) * this.#perSecond)
    }
    this.#lastMs = nowMs
    if (this.#tokens >= 1) {
      this.#tokens -= 1
      return 0
    }
    return Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000)
  }
}
