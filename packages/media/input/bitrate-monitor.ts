/** Bytes are gathered in seconds; a collapse is judged over so many of them, so that one quiet GOP is none. */
const bucketMs = 1000
const judgedBuckets = 4
/** So much must have been seen before the mean means something. */
const learntBuckets = 15
/** The mean follows with this weight a second: about a minute. */
const meanWeight = 1 / 60

/** Compares the bits of the last seconds with the running mean. */
export class BitrateMonitor {
  #bucketEndsMs: number | null = null
  #bytes = 0
  // bound: `judgedBuckets` numbers, the oldest goes for the next
  #recent: number[] = []
  #mean = 0
  #seen = 0

  add(byteCount: number, nowMs: number): void {
    this.#roll(nowMs)
    this.#bytes += byteCount
  }

  /** Whether the last four seconds had less than `share` (0..1) of the mean; never for 0. */
  isCollapsed(share: number, nowMs: number): boolean {
    if (share === 0) return false
    this.#roll(nowMs)
    if (this.#seen < learntBuckets) return false
    return this.#recent.reduce((sum, bytes) => sum + bytes, 0) / judgedBuckets < share * this.#mean
  }

  #roll(nowMs: number): void {
    this.#bucketEndsMs ??= nowMs + bucketMs
    // After a long absence the seconds in between need no counting one by one.
    if (nowMs - this.#bucketEndsMs > judgedBuckets * bucketMs) this.#bucketEndsMs = nowMs - judgedBuckets * bucketMs
    for (; nowMs >= this.#bucketEndsMs; this.#bucketEndsMs += bucketMs) this.#endBucket()
  }

  #endBucket(): void {
    this.#seen++
    this.#recent = [...this.#recent.slice(1 - judgedBuckets), this.#bytes]
    this.#mean += (this.#bytes - this.#mean) * Math.max(meanWeight, 1 / this.#seen)
    this.#bytes = 0
  }
}
