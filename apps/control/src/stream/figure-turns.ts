/** Turns that the figures of one second are spread over; 50 ms each leave a fifth of the second free. */
const turns = 16
export const turnMs = 50
const minPerTurn = 8

/** In which order, and how many at a time, the figures of channels are sent, so that no event ever waits behind all of them. */
export class FigureTurns {
  // bound: ids of channels of the database, emptied turn by turn
  readonly #waiting = new Set<string>()
  #perTurn = minPerTurn

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** One that waits already keeps its place. */
  add(channelIds: Iterable<string>): void {
    for (const channelId of channelIds) this.#waiting.add(channelId)
    this.#perTurn = Math.max(this.#perTurn, Math.ceil(this.#waiting.size / turns))
  }

  /** Those of the next turn, first come, first served. */
  take(): string[] {
    const taken: string[] = []
    for (const channelId of this.#waiting) {
      if (taken.length === this.#perTurn) break
      taken.push(channelId)
      this.#waiting.delete(channelId)
    }
    if (this.#waiting.size === 0) this.#perTurn = minPerTurn
    return taken
  }

  /** All that wait, at once. */
  takeAll(): string[] {
    const taken = [...this.#waiting]
    this.#waiting.clear()
    this.#perTurn = minPerTurn
    return taken
  }
}
