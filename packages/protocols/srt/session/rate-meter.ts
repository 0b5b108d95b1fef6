/** Length of one slot; a rate is that of the last whole ten. */
const SLOT_MS = 100
const SLOTS = 10
/** A rate is not judged over less. */
const MIN_LIVED_MS = 20

/** Bytes and packets a second over the last second, in slots of 100 ms. */
export class RateMeter {
  readonly #bytes = new Float64Array(SLOTS)
  readonly #packets = new Float64Array(SLOTS)
  #slot = Number.NEGATIVE_INFINITY
  #firstAtMs = Number.NEGATIVE_INFINITY

  /** Counts one packet of `bytes`. */
  add(bytes: number, nowMs: number): void {
    this.#advance(nowMs)
    const at = this.#slot % SLOTS
    this.#bytes[at] = this.#bytes[at]! + bytes
    this.#packets[at] = this.#packets[at]! + 1
  }

  /** Bytes a second. */
  bytesPerS(nowMs: number): number {
    return this.#rate(this.#bytes, nowMs)
  }

  /** Packets a second. */
  packetsPerS(nowMs: number): number {
    return this.#rate(this.#packets, nowMs)
  }

  #rate(slots: Float64Array, nowMs: number): number {
    this.#advance(nowMs)
    let sum = 0
    for (const value of slots) sum += value
    // A stream younger than a second is not diluted by time before its first packet.
    const livedMs = nowMs - Math.max(this.#firstAtMs, (this.#slot - SLOTS + 1) * SLOT_MS)
    return (sum * 1000) / Math.max(MIN_LIVED_MS, livedMs)
  }

  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS)
    if (slot <= this.#slot) return
    if (slot - this.#slot > SLOTS) this.#firstAtMs = nowMs
    const stale = Math.min(SLOTS, slot - Math.max(this.#slot, slot - SLOTS))
    for (let i = 0; i < stale; i++) {
      this.#bytes[(slot - i) % SLOTS] = 0
      this.#packets[(slot - i) % SLOTS] = 0
    }
    this.#slot = slot
  }
}
