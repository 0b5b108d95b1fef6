/** Bytes that all streams of one demuxer may hold together, so that no stream can make it grow without bound. */
export class MemoryBudget {
  #freeBytes: number

  constructor(maxBytes: number) {
    this.#freeBytes = maxBytes
  }

  /** False: not that much left, nothing taken. */
  spend(bytes: number): boolean {
    if (bytes > this.#freeBytes) return false
    this.#freeBytes -= bytes
    return true
  }

  /** Gives back what was taken. */
  release(bytes: number): void {
    this.#freeBytes += bytes
  }
}
