import { seq31Add } from '@sluice/base/serial'

/** What is known of one sequence number. `gone` was given up (too late, or the sender dropped it); `taken` was delivered. */
export const SlotState = { empty: 0, missing: 1, held: 2, gone: 3, taken: 4 } as const
export type SlotState = (typeof SlotState)[keyof typeof SlotState]

const FIRST_CAPACITY = 256

/**
 * Slots by sequence number, as parallel arrays in a ring that grows by doubling up to `maxPackets`. Holds `base` (next to
 * deliver) to `end` (one past the newest seen), and behind `base` what became of the packets just before, so that a late
 * copy can be told from a late original.
 */
export class RecvRing {
  base: number
  end: number
  readonly maxPackets: number
  #mask = FIRST_CAPACITY - 1
  // bound: `maxPackets`, the session gives up what does not fit
  #states = new Uint8Array(FIRST_CAPACITY)
  // bound: `maxPackets` datagrams, the session gives up what does not fit
  #payloads: (Uint8Array | null)[] = new Array(FIRST_CAPACITY).fill(null)
  /** Sender's time, microseconds, unwrapped; of a missing packet: that of the packet which showed the gap. */
  #senderUs = new Float64Array(FIRST_CAPACITY)
  /** Of a missing packet: when the gap was seen, and when its next NAK is due. */
  #gapAtMs = new Float64Array(FIRST_CAPACITY)
  #nakDueMs = new Float64Array(FIRST_CAPACITY)
  // bound: `maxPackets`, the session gives up what does not fit
  #naks = new Uint8Array(FIRST_CAPACITY)

  /** `maxPackets` is rounded up to a power of two, 256 or more. */
  constructor(firstSequence: number, maxPackets: number) {
    this.base = firstSequence
    this.end = firstSequence
    this.maxPackets = Math.max(FIRST_CAPACITY, 2 ** Math.ceil(Math.log2(maxPackets)))
  }

  /** Slots at present: memory follows the buffered time, not the limit. */
  get capacity(): number {
    return this.#mask + 1
  }

  /** Packets from `base` to `end`, present or not. */
  get span(): number {
    return (this.end - this.base) & 0x7fff_ffff
  }

  /** Makes room for `span` slots from `base`; false when that is over the limit. */
  reserve(span: number): boolean {
    if (span > this.maxPackets) return false
    while (span > this.capacity) this.#grow()
    return true
  }

  state(sequence: number): SlotState {
    return this.#states[sequence & this.#mask] as SlotState
  }

  setState(sequence: number, state: SlotState): void {
    this.#states[sequence & this.#mask] = state
  }

  /** Puts a packet into its slot. The ring keeps `payload` until `take`. */
  hold(sequence: number, payload: Uint8Array, senderUs: number): void {
    const at = sequence & this.#mask
    this.#states[at] = SlotState.held
    this.#payloads[at] = payload
    this.#senderUs[at] = senderUs
  }

  /** The payload of a held packet, which leaves the ring. */
  take(sequence: number): Uint8Array {
    const at = sequence & this.#mask
    const payload = this.#payloads[at]!
    this.#payloads[at] = null
    this.#states[at] = SlotState.taken
    return payload
  }

  senderUs(sequence: number): number {
    return this.#senderUs[sequence & this.#mask]!
  }

  /** Opens a slot for a packet that did not come, as of `nowMs`. */
  markMissing(sequence: number, senderUs: number, nowMs: number, nakDueMs: number): void {
    const at = sequence & this.#mask
    this.#states[at] = SlotState.missing
    this.#senderUs[at] = senderUs
    this.#gapAtMs[at] = nowMs
    this.#nakDueMs[at] = nakDueMs
    this.#naks[at] = 0
  }

  gapAtMs(sequence: number): number {
    return this.#gapAtMs[sequence & this.#mask]!
  }

  nakDueMs(sequence: number): number {
    return this.#nakDueMs[sequence & this.#mask]!
  }

  /** NAKs sent for a missing packet so far, at most 255. */
  naks(sequence: number): number {
    return this.#naks[sequence & this.#mask]!
  }

  /** Notes one more NAK for a missing packet and when the next is due. */
  countNak(sequence: number, nextDueMs: number): void {
    const at = sequence & this.#mask
    this.#nakDueMs[at] = nextDueMs
    if (this.#naks[at]! < 255) this.#naks[at] = this.#naks[at]! + 1
  }

  /** Forgets everything and starts again at `sequence`: after an outage longer than the ring. */
  restart(sequence: number): void {
    this.base = sequence
    this.end = sequence
    this.#states.fill(SlotState.empty)
    this.#payloads.fill(null)
  }

  #grow(): void {
    const oldMask = this.#mask
    const size = (oldMask + 1) * 2
    const old = {
      states: this.#states,
      payloads: this.#payloads,
      senderUs: this.#senderUs,
      gap: this.#gapAtMs,
      due: this.#nakDueMs,
      naks: this.#naks,
    }
    this.#mask = size - 1
    this.#states = new Uint8Array(size)
    this.#payloads = new Array(size).fill(null)
    this.#senderUs = new Float64Array(size)
    this.#gapAtMs = new Float64Array(size)
    this.#nakDueMs = new Float64Array(size)
    this.#naks = new Uint8Array(size)
    // The whole old ring moves: what lies behind base is its newest history.
    const span = this.span
    for (let i = span - oldMask - 1; i < span; i++) {
      const sequence = seq31Add(this.base, i)
      const from = sequence & oldMask
      const to = sequence & this.#mask
      this.#states[to] = old.states[from]!
      this.#payloads[to] = old.payloads[from]!
      this.#senderUs[to] = old.senderUs[from]!
      this.#gapAtMs[to] = old.gap[from]!
      this.#nakDueMs[to] = old.due[from]!
      this.#naks[to] = old.naks[from]!
    }
  }
}
