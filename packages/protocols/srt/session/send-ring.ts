import { seq31Add, seq31Diff } from '@sluice/base/serial'

const FIRST_CAPACITY = 64
/** Packet buffers kept for reuse: about what one round trip of a 6 Mbit/s stream has in flight. */
const MAX_SPARE = 256

/**
 * Packets by sequence number, from `first` (oldest not acknowledged) over `next` (first not yet sent) to `end`. Each is a
 * whole packet, header and (encrypted) payload, as it goes out. Buffers of released packets are used again.
 */
export class SendRing {
  first: number
  next: number
  end: number
  readonly maxPackets: number
  bytes = 0
  /** Bytes from `next` to `end`: what waits to be sent for the first time. */
  unsentBytes = 0
  #mask = FIRST_CAPACITY - 1
  // bound: `maxPackets` datagrams, `send` drops what does not fit
  #packets: (Uint8Array | null)[] = new Array(FIRST_CAPACITY).fill(null)
  #queuedAtMs = new Float64Array(FIRST_CAPACITY)
  #sentAtMs = new Float64Array(FIRST_CAPACITY)
  // bound: `MAX_SPARE` buffers
  readonly #spare: Uint8Array<ArrayBuffer>[] = []
  #bufferBytes: number

  constructor(firstSequence: number, maxPackets: number, bufferBytes: number) {
    this.first = firstSequence
    this.next = firstSequence
    this.end = firstSequence
    this.maxPackets = Math.max(FIRST_CAPACITY, 2 ** Math.ceil(Math.log2(maxPackets)))
    this.#bufferBytes = bufferBytes
  }

  /** Packets held, sent or not. */
  get size(): number {
    return seq31Diff(this.first, this.end)
  }

  /** Packets sent and not acknowledged. */
  get inFlight(): number {
    return seq31Diff(this.first, this.next)
  }

  /** A buffer of `bytes` for a new packet, with whatever an old one left in it. */
  takeBuffer(bytes: number): Uint8Array {
    if (bytes > this.#bufferBytes) return new Uint8Array(bytes)
    const spare = this.#spare.pop()
    // Packets of a stream are of one length: the view is of use again, too.
    if (spare !== undefined && spare.length === bytes) return spare
    return new Uint8Array(spare?.buffer ?? new ArrayBuffer(this.#bufferBytes), 0, bytes)
  }

  /** Puts the packet of sequence `end` at the end; the caller has checked `size` against `maxPackets`. */
  push(packet: Uint8Array, nowMs: number): void {
    if (this.size > this.#mask) this.#grow()
    const at = this.end & this.#mask
    this.#packets[at] = packet
    this.#queuedAtMs[at] = nowMs
    this.#sentAtMs[at] = Number.NEGATIVE_INFINITY
    this.end = seq31Add(this.end, 1)
    this.bytes += packet.length
    this.unsentBytes += packet.length
  }

  packet(sequence: number): Uint8Array {
    return this.#packets[sequence & this.#mask]!
  }

  queuedAtMs(sequence: number): number {
    return this.#queuedAtMs[sequence & this.#mask]!
  }

  sentAtMs(sequence: number): number {
    return this.#sentAtMs[sequence & this.#mask]!
  }

  setSentAtMs(sequence: number, nowMs: number): void {
    this.#sentAtMs[sequence & this.#mask] = nowMs
  }

  /** The next packet to be sent for the first time, which counts as sent from now on. */
  takeNext(nowMs: number): Uint8Array {
    const packet = this.packet(this.next)
    this.setSentAtMs(this.next, nowMs)
    this.next = seq31Add(this.next, 1)
    this.unsentBytes -= packet.length
    return packet
  }

  /** Releases the packets before `sequence`, sent or not; returns their number. */
  release(sequence: number): number {
    let released = 0
    for (; this.first !== sequence; released++) {
      const at = this.first & this.#mask
      const packet = this.#packets[at]!
      this.#packets[at] = null
      this.bytes -= packet.length
      if (this.first === this.next) {
        this.next = seq31Add(this.next, 1)
        this.unsentBytes -= packet.length
      }
      if (packet.buffer.byteLength === this.#bufferBytes && this.#spare.length < MAX_SPARE)
        this.#spare.push(packet as Uint8Array<ArrayBuffer>)
      this.first = seq31Add(this.first, 1)
    }
    return released
  }

  #grow(): void {
    const oldMask = this.#mask
    const old = { packets: this.#packets, queued: this.#queuedAtMs, sent: this.#sentAtMs }
    const size = (oldMask + 1) * 2
    this.#mask = size - 1
    this.#packets = new Array(size).fill(null)
    this.#queuedAtMs = new Float64Array(size)
    this.#sentAtMs = new Float64Array(size)
    for (let sequence = this.first; sequence !== this.end; sequence = seq31Add(sequence, 1)) {
      const from = sequence & oldMask
      const to = sequence & this.#mask
      this.#packets[to] = old.packets[from]!
      this.#queuedAtMs[to] = old.queued[from]!
      this.#sentAtMs[to] = old.sent[from]!
    }
  }
}
