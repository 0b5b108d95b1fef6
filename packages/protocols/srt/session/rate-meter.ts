/** Length of one slot; a rate is that of the last whole ten. */
const SLOT_MS = 100
const SLOTS = 10
/** A rate is not judged over less. */
const MIN_LIVED_MS = 20

/** Bytes and packets a second over the last second, in slots of 100 ms. */
export class RateMeter {
  readonly #bytes = new Float64Array(SLOTS)
  readonly #packets = new Float64Array(SLOTS)
  #sumBytes = 0
  #sumPackets = 0
  #sampledBytes = 0
  #sampledPackets = 0
  #slot = Number.NEGATIVE_INFINITY
  #firstAtMs = Number.NEGATIVE_INFINITY

  /** Takes running totals at `nowMs`: what they gained since the last sample counts as of now. Once a tick, not once a packet. */
  sample(totalBytes: number, totalPackets: number, nowMs: number): void {
    const packets = totalPackets - this.#sampledPackets
    if (packets === 0) return
    this.#advance(nowMs)
    const bytes = totalBytes - this.#sampledBytes
    const at = this.#slot % SLOTS
    this.#bytes[at] = this.#bytes[at]! + bytes
    this.#packets[at] = this.#packets[at]! + packets
    this.#sumBytes += bytes
    this.#sumPackets += packets
    this.#sampledBytes = totalBytes
    this.#sampledPackets = totalPackets
  }

  /** Bytes a second. */
  bytesPerS(nowMs: number): number {
    this.#advance(nowMs)
    return (this.#sumBytes * 1000) / this.#livedMs(nowMs)
  }

  /** Packets a second. */
  packetsPerS(nowMs: number): number {
    this.#advance(nowMs)
    return (this.#sumPackets * 1000) / this.#livedMs(nowMs)
  }

  /** A stream younger than a second is not diluted by time before its first packet. */
  #livedMs(nowMs: number): number {
    return Math.max(MIN_LIVED_MS, nowMs - Math.max(this.#firstAtMs, (this.#slot - SLOTS + 1) * SLOT_MS))
  }

  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS)
    if (slot <= this.#slot) return
    if (slot - this.#slot > SLOTS) this.#firstAtMs = nowMs
    const stale = Math.min(SLOTS, slot - Math.max(this.#slot, slot - SLOTS))
    for (let i = 0; i < stale; i++) {
      const at = (slot - i + SLOTS) % SLOTS
      this.#sumBytes -= this.#bytes[at]!
      this.#sumPackets -= this.#packets[at]!
      this.#bytes[at] = 0
      this.#packets[at] = 0
    }
    this.#slot = slot
  }
}
