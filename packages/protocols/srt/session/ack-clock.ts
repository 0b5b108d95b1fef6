import { ackIntervalMs } from '../constants.ts'

/** Full ACKs whose ACKACK may still come. At one in 10 ms: the last 2.5 s, longer than any round trip worth measuring. */
const KEPT = 256

/** An ACK waits so long for the rest of a burst: one for the first packet of a frame would be followed by another for the others. */
const GATHER_MS = 5

/** When a full ACK is due, and which round trip its ACKACK shows. Spec: draft-sharabayko-srt-01 §4.8.1, §4.10 */
export class AckClock {
  readonly #sentAtMs = new Float64Array(KEPT)
  readonly #numbers = new Uint32Array(KEPT)
  #number = 0
  #lastSentMs = Number.NEGATIVE_INFINITY
  #lastPosition = -1
  #isConfirmed = false
  /** When the position moved beyond what the last ACK said. */
  #movedAtMs = Number.NEGATIVE_INFINITY

  /** Notes where the position stands after a packet. */
  note(position: number, nowMs: number): void {
    if (position !== this.#lastPosition && this.#movedAtMs <= this.#lastSentMs) this.#movedAtMs = nowMs
  }

  /** True when `position` should be acknowledged: it moved, or the ACK that says so seems lost. */
  isDue(position: number, nowMs: number, lateMs: number): boolean {
    return nowMs >= this.dueMs(position, lateMs)
  }

  /** When `isDue` becomes true for `position`. */
  dueMs(position: number, lateMs: number): number {
    if (position !== this.#lastPosition) return Math.max(this.#lastSentMs + ackIntervalMs, this.#movedAtMs + GATHER_MS)
    return this.#isConfirmed ? Number.POSITIVE_INFINITY : this.#lastSentMs + Math.max(ackIntervalMs, lateMs)
  }

  /** Notes a full ACK for `position` as sent and returns its number, 1 and up. */
  nextNumber(position: number, nowMs: number): number {
    this.#number = (this.#number + 1) >>> 0 || 1
    this.#lastSentMs = nowMs
    this.#lastPosition = position
    this.#isConfirmed = false
    this.#numbers[this.#number % KEPT] = this.#number
    this.#sentAtMs[this.#number % KEPT] = nowMs
    return this.#number
  }

  /** The round trip in milliseconds that ACKACK `number` shows, or -1 when that ACK is unknown or was confirmed before. */
  confirm(number: number, nowMs: number): number {
    const at = number % KEPT
    if (number === 0 || this.#numbers[at] !== number) return -1
    this.#numbers[at] = 0
    if (number === this.#number) this.#isConfirmed = true
    return nowMs - this.#sentAtMs[at]!
  }
}
