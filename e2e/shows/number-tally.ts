/** What became of the numbers at one sink, kept as figures: a run of an hour must not keep its frames. */
export type NumberFigures = {
  readonly received: number
  readonly missing: number
  readonly repeated: number
  /** Pictures that are not the source's: a slate. */
  readonly foreign: number
  readonly last: number
  /** From the making of a frame to its arrival, the slowest. */
  readonly worstDelayMs: number
  /** The longest time between two frames. */
  readonly worstHoleMs: number
}

/** Counts numbers that are missing or come twice, from the first that arrives. */
export class NumberTally {
  #received = 0
  #missing = 0
  #repeated = 0
  #foreign = 0
  #last = -1
  #worstDelayMs = 0
  #worstHoleMs = 0
  #lastMs = 0

  note(number: number, madeMs: number, nowMs: number): void {
    if (this.#received > 0) {
      if (number <= this.#last) this.#repeated++
      else this.#missing += number - this.#last - 1
      this.#worstHoleMs = Math.max(this.#worstHoleMs, nowMs - this.#lastMs)
    }
    this.#received++
    this.#last = Math.max(this.#last, number)
    this.#lastMs = nowMs
    this.#worstDelayMs = Math.max(this.#worstDelayMs, nowMs - madeMs)
  }

  takeForeign(): void {
    this.#foreign++
  }

  /** Forgets how late frames were so far, not what is missing. */
  clearTimes(): void {
    this.#worstDelayMs = 0
    this.#worstHoleMs = 0
  }

  get figures(): NumberFigures {
    return {
      received: this.#received,
      missing: this.#missing,
      repeated: this.#repeated,
      foreign: this.#foreign,
      last: this.#last,
      worstDelayMs: this.#worstDelayMs,
      worstHoleMs: this.#worstHoleMs,
    }
  }
}
