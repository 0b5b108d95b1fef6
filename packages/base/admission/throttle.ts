import { addressGroup } from '../address/index.ts'

/** Addresses kept; a flood from more of them empties the table, which is worth less than its memory. */
const maxGroups = 4_096

/** So many a second for one address, and how many at once. */
export type ThrottleLimits = { readonly perSecond: number; readonly burst: number }

type Bucket = { tokens: number; atMs: number }

/** A token bucket for each address, an IPv6 /64 counting as one: what a stranger can make us do is bounded, and so is the memory for it. */
export class Throttle {
  readonly #limits: ThrottleLimits
  // bound: `maxGroups` addresses, all are forgotten for the next
  readonly #buckets = new Map<string, Bucket>()

  constructor(limits: ThrottleLimits) {
    this.#limits = limits
  }

  /** True when `address` may do it once more; it has then done it. */
  spend(address: string, nowMs: number): boolean {
    const bucket = this.#fill(addressGroup(address), nowMs)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }

  /** Whether `take` would say no, without taking: nothing is kept for an address that was never counted. */
  isSpent(address: string, nowMs: number): boolean {
    const group = addressGroup(address)
    return this.#buckets.has(group) && this.#fill(group, nowMs).tokens < 1
  }

  /** Addresses held now. */
  get size(): number {
    return this.#buckets.size
  }

  #fill(group: string, nowMs: number): Bucket {
    const { perSecond, burst } = this.#limits
    let bucket = this.#buckets.get(group)
    if (bucket === undefined) {
      if (this.#buckets.size >= maxGroups) this.#buckets.clear()
      bucket = { tokens: burst, atMs: nowMs }
      this.#buckets.set(group, bucket)
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) * perSecond) / 1000)
    bucket.atMs = nowMs
    return bucket
  }
}
