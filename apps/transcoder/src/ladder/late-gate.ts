/** Pictures older than this are decoded alone... */
const lateLimitMs = 250
/** ...but for one in so long: where decoding alone is more than the machine has, a late picture is better than none for the rest of the show. */
const leastEveryMs = 1000

/** Which pictures there is time to encode. Pure. */
export class LateGate {
  #letThroughMs = Number.NEGATIVE_INFINITY

  /** `lateMs`: age of the picture. */
  lets(lateMs: number, nowMs: number): boolean {
    if (lateMs > lateLimitMs && nowMs - this.#letThroughMs < leastEveryMs) return false
    this.#letThroughMs = nowMs
    return true
  }
}
