import { ipUdpHeaderBytes } from '../constants.ts'

/** Room that pacing leaves for retransmissions above the measured input. Spec: draft-sharabayko-srt-01 §5.1.2 */
export const defaultOverheadPercent = 25

/** A burst (a key frame) is spread over a quarter of the latency: that costs no packet its play time. */
const SPREAD_PARTS = 4
const MIN_SPREAD_MS = 20
const MAX_SPREAD_MS = 250
/** What may leave at once: the bytes of this much time, so that the time between two ticks does not cap the rate. */
const BURST_MS = 15
/** A burst is served in pieces of a tick: 1 MB in two writes of 380 packets held up all other outputs for 20 ms and more each. */
const BURST_PIECE_MS = 7
/** A frame of 6 Mbit/s leaves at once, as libsrt sends it: letting it out in pieces of 5 ms woke the process 200 times a second. */
const MIN_BURST_BYTES = 32 * 1024
/** The measured input counts as at least this: the first packets of a stream are not held back. */
const MIN_RATE_BYTES_PER_S = 125_000

/**
 * How fast packets may leave. `maxBps` fixes the rate, retransmissions included (libsrt's `maxbw`). Without it the rate is
 * the input, given or measured, plus `overheadPercent`, and higher when the queue would else outgrow a quarter of the latency.
 */
export type PacingSettings = { maxBps?: number | undefined; inputBps?: number | undefined; overheadPercent: number; latencyMs: number }

/** A token bucket, in bytes. Spec: draft-sharabayko-srt-01 §5.1 */
export class Pacer {
  readonly #settings: PacingSettings
  readonly #spreadMs: number
  #tokens = MIN_BURST_BYTES
  #filledAtMs = Number.NaN
  #burstBytesPerS = 0
  #rateBytesPerS = MIN_RATE_BYTES_PER_S

  constructor(settings: PacingSettings) {
    this.#settings = settings
    this.#spreadMs = Math.min(MAX_SPREAD_MS, Math.max(MIN_SPREAD_MS, settings.latencyMs / SPREAD_PARTS))
  }

  /** The rate now, in bits a second. */
  get rateBps(): number {
    return this.#rateBytesPerS * 8
  }

  /** Fills the bucket up to `nowMs`; `inputBytesPerS` is the measured input, `queuedBytes` what waits to leave. */
  refill(nowMs: number, inputBytesPerS: number, queuedBytes: number): void {
    this.#rateBytesPerS = this.#nextRate(inputBytesPerS, queuedBytes)
    if (!Number.isNaN(this.#filledAtMs)) this.#tokens += ((nowMs - this.#filledAtMs) * this.#rateBytesPerS) / 1000
    this.#filledAtMs = nowMs
    const isBurst = this.#rateBytesPerS === this.#burstBytesPerS
    const burstBytes = Math.max(MIN_BURST_BYTES, (this.#rateBytesPerS * (isBurst ? BURST_PIECE_MS : BURST_MS)) / 1000)
    if (this.#tokens > burstBytes) this.#tokens = burstBytes
  }

  /** True while a packet may leave. The last one may overdraw the bucket. */
  get isOpen(): boolean {
    return this.#tokens > 0
  }

  /** Takes the bytes of one packet. */
  spend(packetBytes: number): void {
    this.#tokens -= packetBytes + ipUdpHeaderBytes
  }

  #nextRate(inputBytesPerS: number, queuedBytes: number): number {
    const { maxBps, inputBps, overheadPercent } = this.#settings
    if (maxBps !== undefined) return maxBps / 8
    const input = inputBps !== undefined ? inputBps / 8 : Math.max(MIN_RATE_BYTES_PER_S, inputBytesPerS)
    // Held until the queue is empty: a rate that shrank with the queue would let its end wait.
    this.#burstBytesPerS = queuedBytes === 0 ? 0 : Math.max(this.#burstBytesPerS, (queuedBytes * 1000) / this.#spreadMs)
    return Math.max(input * (1 + overheadPercent / 100), this.#burstBytesPerS)
  }
}
