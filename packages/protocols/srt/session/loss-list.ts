import { seq31Add } from '@sluice/base/serial'
import type { LossRange } from '../packet/nak.ts'
import type { RecvRing } from './recv-ring.ts'

/** A first NAK never waits longer than this for a packet that may only be out of order. */
const MAX_TOLERANCE_MS = 50
/** The tolerance halves in about this time when nothing comes out of order any more. */
const TOLERANCE_HALF_MS = 10_000
/** Least time between two NAKs for one packet. */
const MIN_NAK_MS = 10
const FAR_NAK_MS = 20
/** Below this many round trips to the play time every try counts, and answers are not waited for. */
const NEAR_ROUND_TRIPS = 3
/** A first NAK leaves at least this much of the time before its answer is given up. */
const RESERVE_ROUND_TRIPS = 2.5
/** NAKs a round trip for a packet whose play time is near: at 10 % loss each way a try fails with 0.19, and four of them with 0.0013. */
const NEAR_NAKS_PER_ROUND_TRIP = 4

/** What the round trip looks like when NAKs are planned. */
export type NakTiming = { rttMs: number; varMs: number }

/**
 * The packets that did not come, and when to ask for them. The first NAK waits as long as originals were lately seen to come
 * out of order. Then one a round trip, so that one loss costs one retransmission; near its play time a packet is asked for
 * several times a round trip. Spec: draft-sharabayko-srt-01 §4.8.2
 */
export class LossList {
  readonly #ring: RecvRing
  /** In order of sequence, since gaps open in that order. */
  // bound: packets of the receive ring, `maxPackets`
  readonly #missing = new Set<number>()
  #toleranceMs = 0
  #toleranceAtMs = 0
  #nextDueMs = Number.POSITIVE_INFINITY

  readonly #maxToleranceMs: number

  constructor(ring: RecvRing, latencyMs: number) {
    this.#ring = ring
    this.#maxToleranceMs = Math.min(MAX_TOLERANCE_MS, latencyMs / 6)
  }

  /** Packets missing now. */
  get size(): number {
    return this.#missing.size
  }

  /** When the next NAK is due. */
  get nextDueMs(): number {
    return this.#missing.size === 0 ? Number.POSITIVE_INFINITY : this.#nextDueMs
  }

  /** How long a first NAK waits for packets out of order, in milliseconds. */
  toleranceMs(nowMs: number): number {
    if (this.#toleranceMs === 0) return 0
    const faded = this.#toleranceMs * 0.5 ** ((nowMs - this.#toleranceAtMs) / TOLERANCE_HALF_MS)
    return faded < 0.5 ? 0 : faded
  }

  /** Opens a gap: `count` packets from `first` did not come before the one of `senderUs`. */
  open(first: number, count: number, senderUs: number, nowMs: number): void {
    const dueMs = nowMs + this.toleranceMs(nowMs)
    for (let i = 0; i < count; i++) {
      const sequence = seq31Add(first, i)
      this.#ring.markMissing(sequence, senderUs, nowMs, dueMs)
      this.#missing.add(sequence)
    }
    if (dueMs < this.#nextDueMs) this.#nextDueMs = dueMs
  }

  /** A missing packet came. An original that needed no retransmission teaches how far packets come out of order. */
  close(sequence: number, wasRetransmitted: boolean, nowMs: number): void {
    this.#missing.delete(sequence)
    if (wasRetransmitted) return
    const lateMs = (nowMs - this.#ring.gapAtMs(sequence)) * 1.25 + 1
    if (lateMs <= this.toleranceMs(nowMs)) return
    this.#toleranceMs = Math.min(this.#maxToleranceMs, lateMs)
    this.#toleranceAtMs = nowMs
  }

  /** A missing packet was given up. */
  forget(sequence: number): void {
    this.#missing.delete(sequence)
  }

  /** Forgets all. */
  clear(): void {
    this.#missing.clear()
    this.#nextDueMs = Number.POSITIVE_INFINITY
  }

  /** The NAKs due at `nowMs` as ranges in order, each counted; `playMs` says when a sender's time is to be played; `firstNaks` gets the number of packets asked for the first time. */
  takeDue(nowMs: number, timing: NakTiming, playMs: (senderUs: number) => number): { ranges: LossRange[]; firstNaks: number } | null {
    if (nowMs < this.#nextDueMs || this.#missing.size === 0) return null
    const ring = this.#ring
    const ranges: LossRange[] = []
    let firstNaks = 0
    let nextDueMs = Number.POSITIVE_INFINITY
    for (const sequence of this.#missing) {
      let dueMs = ring.nakDueMs(sequence)
      if (dueMs <= nowMs) {
        const leftMs = playMs(ring.senderUs(sequence)) - nowMs
        const naks = ring.naks(sequence)
        dueMs = nowMs + nakIntervalMs(leftMs, naks, timing)
        if (naks === 0) firstNaks++
        ring.countNak(sequence, dueMs)
        if (leftMs > timing.rttMs / 2) append(ranges, sequence) // later than that no answer can be in time
      }
      if (dueMs < nextDueMs) nextDueMs = dueMs
    }
    this.#nextDueMs = nextDueMs
    return { ranges, firstNaks }
  }
}

/** Milliseconds from one NAK for a packet to the next, with `leftMs` to its play time and `naks` sent before. */
function nakIntervalMs(leftMs: number, naks: number, timing: NakTiming): number {
  const { rttMs, varMs } = timing
  if (naks > 0 && leftMs < NEAR_ROUND_TRIPS * rttMs) return Math.max(MIN_NAK_MS, rttMs / NEAR_NAKS_PER_ROUND_TRIP)
  const patientMs = Math.max(FAR_NAK_MS, rttMs + Math.max(4 * varMs, MIN_NAK_MS))
  return Math.min(patientMs, Math.max(rttMs + MIN_NAK_MS, leftMs - RESERVE_ROUND_TRIPS * rttMs))
}

function append(ranges: LossRange[], sequence: number): void {
  const last = ranges[ranges.length - 1]
  if (last !== undefined && seq31Add(last.last, 1) === sequence) last.last = sequence
  else ranges.push({ first: sequence, last: sequence })
}
