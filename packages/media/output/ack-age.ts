/** At four marks a second, half a minute of sending: more than the largest window of RTMP takes at 1 Mbit/s. */
const maxMarks = 128

/**
 * How long the newest byte that a far end has acknowledged was on its way. Keeps a ring of marks (bytes sent by then, and when), so
 * that its memory is fixed and nothing is done per frame. Between two marks bytes count as sent at an even pace.
 */
export class AckAge {
  readonly #bytes = new Float64Array(maxMarks)
  readonly #atMs = new Float64Array(maxMarks)
  #next = 0
  #count = 0

  /** So many bytes had left by now. Only growth is kept. */
  mark(bytesSent: number, nowMs: number): void {
    if (this.#count > 0 && bytesSent <= this.#bytes[this.#indexOf(this.#count - 1)]!) return
    this.#bytes[this.#next] = bytesSent
    this.#atMs[this.#next] = nowMs
    this.#next = (this.#next + 1) % maxMarks
    if (this.#count < maxMarks) this.#count++
  }

  /** Age of byte `ackedBytes` at `atMs`, when its acknowledgement came, or null without a mark. Of a byte older than all marks, the least that it can be. */
  acked(ackedBytes: number, atMs: number): number | null {
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#bytes[this.#indexOf(middle)]! < ackedBytes) low = middle + 1
      else high = middle
    }
    if (this.#count === 0) return null
    const after = this.#indexOf(Math.min(low, this.#count - 1))
    if (low === 0 || low === this.#count) return Math.max(0, atMs - this.#atMs[after]!)
    const before = this.#indexOf(low - 1)
    const [fromBytes, toBytes] = [this.#bytes[before]!, this.#bytes[after]!]
    const share = (ackedBytes - fromBytes) / (toBytes - fromBytes)
    return Math.max(0, atMs - (this.#atMs[before]! + share * (this.#atMs[after]! - this.#atMs[before]!)))
  }

  /** Place in the ring of the mark that is the `nth` oldest. */
  #indexOf(nth: number): number {
    return (this.#next - this.#count + nth + 2 * maxMarks) % maxMarks
  }
}
