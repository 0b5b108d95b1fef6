/** At four marks a second, half a minute of sending: more than the largest window of RTMP takes at 1 Mbit/s. */
const maxMarks = 128

/**
 * When the bytes of a connection were sent, and so how long the newest acknowledged one was on its way and how old the oldest
 * unacknowledged one is. Keeps a ring of marks (bytes sent by then, and when), so that its memory is fixed and nothing is done per
 * frame. Between two marks bytes count as sent at an even pace; a pause of the sender is no pace.
 */
export class AckAge {
  readonly #bytes = new Float64Array(maxMarks)
  readonly #atMs = new Float64Array(maxMarks)
  #next = 0
  #count = 0
  #lookMs = Number.NEGATIVE_INFINITY

  /** So many bytes had left by now. Only growth is kept. */
  mark(bytesSent: number, nowMs: number): void {
    const last = this.#count === 0 ? null : this.#indexOf(this.#count - 1)
    const hasGrown = last === null || bytesSent > this.#bytes[last]!
    // Nothing was sent until the look before this one: what came since then did not trickle out over the pause.
    if (hasGrown && last !== null && this.#lookMs > this.#atMs[last]!) this.#push(this.#bytes[last]!, this.#lookMs)
    if (hasGrown) this.#push(bytesSent, nowMs)
    this.#lookMs = nowMs
  }

  /** Age of byte `ackedBytes` at `atMs`, when its acknowledgement came, or null without a mark. Of a byte older than all marks, the least that it can be. */
  acked(ackedBytes: number, atMs: number): number | null {
    const sentMs = this.#sentMs(ackedBytes)
    return sentMs === null ? null : Math.max(0, atMs - sentMs)
  }

  /** How long ago byte number `byteNo` was sent; null when it was not, by the newest mark. Of a byte older than all marks, the least that it can be. */
  age(byteNo: number, nowMs: number): number | null {
    if (this.#count === 0 || byteNo > this.#bytes[this.#indexOf(this.#count - 1)]!) return null
    return this.acked(byteNo, nowMs)
  }

  #push(bytes: number, atMs: number): void {
    this.#bytes[this.#next] = bytes
    this.#atMs[this.#next] = atMs
    this.#next = (this.#next + 1) % maxMarks
    if (this.#count < maxMarks) this.#count++
  }

  /** Between the marks around it; the first or last mark's time for a byte beyond them. */
  #sentMs(byteNo: number): number | null {
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#bytes[this.#indexOf(middle)]! < byteNo) low = middle + 1
      else high = middle
    }
    if (this.#count === 0) return null
    const after = this.#indexOf(Math.min(low, this.#count - 1))
    if (low === 0 || low === this.#count) return this.#atMs[after]!
    const before = this.#indexOf(low - 1)
    const [fromBytes, toBytes] = [this.#bytes[before]!, this.#bytes[after]!]
    const share = (byteNo - fromBytes) / (toBytes - fromBytes)
    return this.#atMs[before]! + share * (this.#atMs[after]! - this.#atMs[before]!)
  }

  /** Place in the ring of the mark that is the `nth` oldest. */
  #indexOf(nth: number): number {
    return (this.#next - this.#count + nth + 2 * maxMarks) % maxMarks
  }
}
