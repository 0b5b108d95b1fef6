/** Addresses kept; a flood from more of them empties the table, which is worth less than its memory. */
const MAX_ADDRESSES = 4_096

/** Handshakes a second that one address may have looked at, and how many at once. */
export type ThrottleLimits = { perSecond: number; burst: number }

type Bucket = { tokens: number; atMs: number }

/** A token bucket for each address: what a stranger can make us compute is bounded, and so is the memory for it. */
export class Throttle {
  readonly #limits: ThrottleLimits
  readonly #buckets = new Map<string, Bucket>()

  constructor(limits: ThrottleLimits) {
    this.#limits = limits
  }

  /** True when `address` may have one more handshake looked at. */
  take(address: string, nowMs: number): boolean {
    const { perSecond, burst } = this.#limits
    let bucket = this.#buckets.get(address)
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_ADDRESSES) this.#buckets.clear()
      bucket = { tokens: burst, atMs: nowMs }
      this.#buckets.set(address, bucket)
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) * perSecond) / 1000)
    bucket.atMs = nowMs
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }

  /** Addresses held now. */
  get size(): number {
    return this.#buckets.size
  }
}
