import { Unwrapper } from '@sluice/base/serial'

/** Drift is judged over windows this long: long enough to hold an undelayed packet, short enough for 500 ppm (2.5 ms a window). */
const DRIFT_WINDOW_MS = 5_000
/** Fewer samples say nothing about the window's fastest packet. */
const MIN_SAMPLES = 8
/** Largest step a window may take: the play-out of what is buffered must not jump. A moved route takes several windows. */
const MAX_STEP_MS = 10

/**
 * The sender's clock in ours. Unwraps its 32-bit microseconds and says when its time is here: `base` is our time of the
 * sender's zero, as the first handshake packet showed it, corrected for clock drift. The fastest packet of each window is
 * taken for undelayed, so that queues and jitter do not count as drift. Spec: draft-sharabayko-srt-01 §4.5, §4.7
 */
export class Timebase {
  readonly #unwrapper = new Unwrapper(32)
  #baseMs: number
  #windowStartMs: number
  #windowMinMs = Number.POSITIVE_INFINITY
  #samples = 0
  #referenceMs = Number.NaN
  /** Sum of the corrections so far, in milliseconds: positive when the sender's clock is slower than ours. */
  driftMs = 0

  /** `timestampUs` of a packet that arrived at `nowMs`. */
  constructor(timestampUs: number, nowMs: number) {
    this.#baseMs = nowMs - this.#unwrapper.unwrap(timestampUs) / 1000
    this.#windowStartMs = nowMs
  }

  /** Unwrapped microseconds on the sender's clock. Feed it every packet: after 36 minutes without one the wrap is ambiguous. */
  unwrap(timestampUs: number): number {
    return this.#unwrapper.unwrap(timestampUs)
  }

  /** Our time, in milliseconds, of the sender's `senderUs`, with the path's delay in it. */
  localMs(senderUs: number): number {
    return this.#baseMs + senderUs / 1000
  }

  /** Takes the send time of a packet that was stamped as it left (ACKACK, keepalive) and came at `nowMs`. */
  addSample(senderUs: number, nowMs: number): void {
    const delayMs = nowMs - senderUs / 1000
    if (delayMs < this.#windowMinMs) this.#windowMinMs = delayMs
    this.#samples++
    if (nowMs - this.#windowStartMs < DRIFT_WINDOW_MS || this.#samples < MIN_SAMPLES) return
    if (Number.isNaN(this.#referenceMs)) this.#referenceMs = this.#windowMinMs
    else this.#correct(this.#windowMinMs - this.#referenceMs)
    this.#windowStartMs = nowMs
    this.#windowMinMs = Number.POSITIVE_INFINITY
    this.#samples = 0
  }

  #correct(offsetMs: number): void {
    const stepMs = Math.max(-MAX_STEP_MS, Math.min(MAX_STEP_MS, offsetMs))
    this.#baseMs += stepMs
    this.#referenceMs += stepMs
    this.driftMs += stepMs
  }
}
