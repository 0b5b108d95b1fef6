import { maxSectionBytes, sectionBytes } from './section.ts'

/**
 * Puts the sections of one PID together from packet payloads. A section may begin anywhere behind the pointer field and run
 * over packets; several may stand in one. Holds at most 1024 bytes. Spec: ISO/IEC 13818-1 §2.4.4.1
 */
export class SectionAssembler {
  readonly #buffer = new Uint8Array(maxSectionBytes)
  #used = 0
  /** A section has begun and is not whole. */
  #isOpen = false

  /** Takes the payload `b[at..end)`. `onSection` gets each whole section, a view that is good during the call alone. */
  push(b: Uint8Array, at: number, end: number, isUnitStart: boolean, onSection: (section: Uint8Array) => void): void {
    if (!isUnitStart) {
      if (this.#isOpen) this.#append(b, at, end, onSection)
      return
    }
    if (at >= end) return
    const firstAt = Math.min(at + 1 + b[at]!, end)
    if (this.#isOpen) this.#append(b, at + 1, firstAt, onSection)
    this.#used = 0
    this.#isOpen = true
    this.#append(b, firstAt, end, onSection)
  }

  /** Forgets the section under way: packets were lost. */
  reset(): void {
    this.#isOpen = false
    this.#used = 0
  }

  #append(b: Uint8Array, from: number, end: number, onSection: (section: Uint8Array) => void): void {
    let at = from
    while (this.#isOpen && at < end) {
      const need = sectionBytes(this.#buffer, 0, this.#used) || 3
      const isStuffing = this.#used === 0 && b[at] === 0xff // up to the end of the packet
      if (isStuffing || need > maxSectionBytes) {
        this.reset()
        return
      }
      const bytes = Math.min(need - this.#used, end - at)
      this.#buffer.set(b.subarray(at, at + bytes), this.#used)
      this.#used += bytes
      at += bytes
      if (this.#used < 3 || this.#used < sectionBytes(this.#buffer, 0, this.#used)) continue
      this.#used = 0
      onSection(this.#buffer.subarray(0, sectionBytes(this.#buffer, 0, maxSectionBytes)))
    }
  }
}
