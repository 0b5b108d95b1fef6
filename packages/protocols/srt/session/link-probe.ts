const SAMPLES = 16

/**
 * The link's capacity from packet pairs: packets 16n and 16n+1 leave back to back, so the gap between them shows what the
 * narrowest link let through. The median of the last 16, in packets a second. Spec: draft-sharabayko-srt-01 §4.11 (UDT §3.6)
 */
export class LinkProbe {
  readonly #gapsMs = new Float64Array(SAMPLES)
  readonly #sorted = new Float64Array(SAMPLES)
  #count = 0
  #firstSequence = -1
  #firstAtMs = 0
  /** The answer for `#count` samples: ACKs ask a hundred times a second. */
  #knownCount = 0
  #knownPacketsPerS = 0

  /** Takes each original packet in order of arrival. */
  add(sequence: number, nowMs: number): void {
    const place = sequence & 15
    if (place === 0) {
      this.#firstSequence = sequence
      this.#firstAtMs = nowMs
    } else if (place === 1 && sequence - 1 === this.#firstSequence) {
      // Packets read in one wake-up of the event loop come microseconds apart: the least gap keeps the figure finite.
      this.#gapsMs[this.#count++ % SAMPLES] = Math.max(0.001, nowMs - this.#firstAtMs)
      this.#firstSequence = -1
    }
  }

  /** Packets a second; 0 before the first pair. */
  packetsPerS(): number {
    if (this.#knownCount !== this.#count) {
      this.#knownCount = this.#count
      this.#knownPacketsPerS = 1000 / this.#medianMs()
    }
    return this.#knownPacketsPerS
  }

  /** Sorts by insertion into an array that is kept: `sort` of a typed array costs ten times as much, a hundred times a second. */
  #medianMs(): number {
    const used = Math.min(this.#count, SAMPLES)
    const sorted = this.#sorted
    for (let i = 0; i < used; i++) {
      const gapMs = this.#gapsMs[i]!
      let at = i
      for (; at > 0 && sorted[at - 1]! > gapMs; at--) sorted[at] = sorted[at - 1]!
      sorted[at] = gapMs
    }
    return sorted[used >> 1]!
  }
}
