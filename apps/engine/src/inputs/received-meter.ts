/** Bits a second of a session as it came over the wire, out of a count of bytes; null where nobody counts. */
export class ReceivedMeter {
  #bytes = 0
  #atMs = 0
  #bps = 0

  begin(bytes: number | null, nowMs: number): void {
    this.#bytes = bytes ?? 0
    this.#atMs = nowMs
    this.#bps = 0
  }

  /** Over the time since the reading before. */
  read(bytes: number | null, nowMs: number): number | null {
    if (bytes === null) return null
    const seconds = (nowMs - this.#atMs) / 1000
    if (seconds > 0) {
      this.#bps = Math.max(0, Math.round(((bytes - this.#bytes) * 8) / seconds))
      this.#bytes = bytes
      this.#atMs = nowMs
    }
    return this.#bps
  }
}
