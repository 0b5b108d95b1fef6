import { seq31Add, seq31Diff } from '@sluice/base/serial'
import { headerBytes } from '../constants.ts'
import { isRetransmitted, markRetransmitted, maxMessageNumber, writeDataHeader } from '../packet/data-packet.ts'
import type { LossRange } from '../packet/nak.ts'
import type { Counters } from './counters.ts'
import type { KeyExchange } from './key-exchange.ts'
import { Pacer, type PacingSettings } from './pacer.ts'
import { RateMeter } from './rate-meter.ts'
import type { RttEstimator } from './rtt.ts'
import { SendRing } from './send-ring.ts'

/** The least age at which an unsent or unacknowledged packet is given up, whatever the latency. Spec: draft-sharabayko-srt-01 §4.6 */
const MIN_DROP_MS = 1_000
const DROP_MARGIN_MS = 20
/** An ACK may wait this long at the peer: its interval is 10 ms, its timers have their own period. */
const ACK_MARGIN_MS = 20
/** Round trips to a packet's play time below which each NAK for it is answered. */
const NEAR_ROUND_TRIPS = 3
const MIN_RESEND_MS = 8

export type SenderSettings = {
  firstSequence: number
  peerSocketId: number
  startMs: number
  /** The peer's latency: what its receiver waits before it plays a packet. */
  latencyMs: number
  maxPackets: number
  maxPayloadBytes: number
  flowWindowPackets: number
  hasTooLateDrop: boolean
  pacing: PacingSettings
}

/** What the sending half needs from its session. `send` is done with the bytes when it returns. */
export type SenderPorts = { send(packet: Uint8Array, nowMs: number): void; sendDropRequest(range: LossRange): void }

/** The sending half of a connection: queue, pacing, retransmission. No clock and no socket in it. Spec: draft-sharabayko-srt-01 §4.8, §5.1 */
export class Sender {
  readonly #ports: SenderPorts
  readonly #settings: SenderSettings
  readonly #counters: Counters
  readonly #rtt: RttEstimator
  readonly #keys: KeyExchange | null
  readonly #ring: SendRing
  readonly #pacer: Pacer
  // bound: packets of the send ring
  readonly #resend = new Set<number>()
  readonly #rate = new RateMeter()
  readonly #input = new RateMeter()
  #inputBytes = 0
  #inputPackets = 0
  /** Packets that the peer can take, as its last ACK says. */
  windowPackets: number
  linkPacketsPerS = 0
  lastAckAtMs: number
  #progressAtMs: number
  #tailTries = 0
  #messageNumber = 1

  constructor(ports: SenderPorts, settings: SenderSettings, counters: Counters, rtt: RttEstimator, keys: KeyExchange | null) {
    this.#ports = ports
    this.#settings = settings
    this.#counters = counters
    this.#rtt = rtt
    this.#keys = keys
    const overheadBytes = keys?.sending.overheadBytes ?? 0
    this.#ring = new SendRing(settings.firstSequence, settings.maxPackets, headerBytes + settings.maxPayloadBytes + overheadBytes)
    this.#pacer = new Pacer(settings.pacing)
    this.windowPackets = settings.flowWindowPackets
    this.lastAckAtMs = settings.startMs
    this.#progressAtMs = settings.startMs
  }

  /**
   * Queues `bytes` as payloads of `payloadBytes`, the last as short as it comes, copied, and lets them out in one go. Returns the bytes
   * that were queued: the rest is dropped, since the queue is full or a payload is over the limit.
   */
  offer(bytes: Uint8Array, payloadBytes: number, nowMs: number): number {
    const ring = this.#ring
    const canFit = Math.min(payloadBytes, bytes.length) <= this.#settings.maxPayloadBytes
    if (ring.size === 0) this.#progressAtMs = nowMs
    let at = 0
    while (canFit && at < bytes.length && ring.size < ring.maxPackets) {
      const end = Math.min(bytes.length, at + payloadBytes)
      const packet = this.#makePacket(bytes, at, end, nowMs)
      ring.push(packet, nowMs)
      this.#inputBytes += packet.length
      this.#inputPackets++
      at = end
    }
    if (at < bytes.length) this.#countDrop(Math.ceil((bytes.length - at) / payloadBytes), bytes.length - at)
    this.#flush(nowMs)
    return at
  }

  /** Sends what pacing and window let out, gives up what is too old, and resends what no ACK comes for. */
  tick(nowMs: number): void {
    if (this.#ring.size === 0) return
    if (this.#settings.hasTooLateDrop) this.#dropTooLate(nowMs)
    this.#resendUnasked(nowMs)
    this.#flush(nowMs)
  }

  /** The peer has everything before `position`. False: it acknowledges what was never sent. */
  ack(position: number, nowMs: number): boolean {
    const ring = this.#ring
    const advance = seq31Diff(ring.first, position)
    if (advance > ring.inFlight) return false
    this.lastAckAtMs = nowMs
    if (advance <= 0) return true
    ring.release(position)
    this.#progressAtMs = nowMs
    this.#tailTries = 0
    return true
  }

  /** The peer lacks `ranges`. What is gone is answered with a drop request. False: it names what was never sent. */
  nak(ranges: readonly LossRange[], nowMs: number): boolean {
    const ring = this.#ring
    // Ranges may overlap: what one NAK makes us look at is bounded by what is held, and so is what it makes us say.
    let looksLeft = ring.inFlight
    let gone: LossRange | null = null
    for (const { first, last } of ranges) {
      // By offset from the oldest packet held, so that a range of half the number space costs no more than what is held.
      const lastOffset = seq31Diff(ring.first, last)
      const firstOffset = lastOffset - seq31Diff(first, last)
      if (lastOffset >= ring.inFlight) return false
      if (firstOffset < 0) gone = spanOf(gone, { first, last: lastOffset < 0 ? last : seq31Add(ring.first, -1) })
      for (let offset = Math.max(0, firstOffset); offset <= lastOffset && looksLeft > 0; offset++, looksLeft--)
        this.#wantAgain(seq31Add(ring.first, offset), nowMs)
    }
    if (gone !== null) this.#ports.sendDropRequest(gone)
    this.#flush(nowMs)
    return true
  }

  /** When something is next due; `nowMs`: as soon as can be. */
  dueMs(nowMs: number): number {
    const ring = this.#ring
    if (ring.size === 0) return Number.POSITIVE_INFINITY
    if (this.hasWaiting) return nowMs
    const waitMs = this.#unaskedMs
    const tailMs = Math.max(this.#progressAtMs, ring.sentAtMs(seq31Add(ring.next, -1))) + waitMs * (1 + this.#tailTries)
    const dropMs = this.#settings.hasTooLateDrop ? ring.queuedAtMs(ring.first) + this.#dropAfterMs : Number.POSITIVE_INFINITY
    return Math.min(ring.sentAtMs(ring.first) + waitMs, tailMs, dropMs)
  }

  /** True when something waits to be sent or sent again: the next tick should come soon. */
  get hasWaiting(): boolean {
    return this.#ring.unsentBytes > 0 || this.#resend.size > 0
  }

  /** True when all that was queued is acknowledged. */
  get isEmpty(): boolean {
    return this.#ring.size === 0
  }

  /** Age of the oldest packet that is not acknowledged, in milliseconds; 0 when there is none. */
  queuedMs(nowMs: number): number {
    return this.#ring.size === 0 ? 0 : nowMs - this.#ring.queuedAtMs(this.#ring.first)
  }

  buffered(): { packets: number; bytes: number; freePackets: number; inFlight: number } {
    const ring = this.#ring
    return { packets: ring.size, bytes: ring.bytes, freePackets: ring.maxPackets - ring.size, inFlight: ring.inFlight }
  }

  /** Bytes a second that went out, retransmissions included. */
  bytesPerS(nowMs: number): number {
    this.#sampleRate(nowMs)
    return this.#rate.bytesPerS(nowMs)
  }

  /** The pacing rate in bits a second. */
  get paceBps(): number {
    return this.#pacer.rateBps
  }

  #sampleRate(nowMs: number): void {
    this.#rate.sample(this.#counters.byteSent, this.#counters.pktSent, nowMs)
  }

  #makePacket(bytes: Uint8Array, at: number, end: number, nowMs: number): Uint8Array {
    const { startMs, peerSocketId } = this.#settings
    const keys = this.#keys
    const packetBytes = headerBytes + end - at
    const packet = this.#ring.takeBuffer(packetBytes + (keys?.sending.overheadBytes ?? 0))
    const keyFlag = keys === null ? 0 : keys.nextKeyFlag()
    writeDataHeader(packet, this.#ring.end, this.#messageNumber, keyFlag, Math.round((nowMs - startMs) * 1000), peerSocketId)
    this.#messageNumber = this.#messageNumber === maxMessageNumber ? 1 : this.#messageNumber + 1
    packet.set(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end), headerBytes)
    if (keys !== null) keys.sending.seal(packet, packetBytes)
    return packet
  }

  #wantAgain(sequence: number, nowMs: number): void {
    const ring = this.#ring
    const leftMs = ring.queuedAtMs(sequence) + this.#settings.latencyMs - nowMs
    // One answer a round trip, unless the play time is near: then the peer asks often on purpose.
    const isNear = leftMs < NEAR_ROUND_TRIPS * this.#rtt.rttMs
    const patientMs = Math.max(MIN_RESEND_MS, this.#rtt.rttMs - 4 * this.#rtt.varMs)
    if (nowMs - ring.sentAtMs(sequence) < (isNear ? Math.min(MIN_RESEND_MS, patientMs) : patientMs)) return
    // A packet is lost once, however often it is asked for: libsrt asks twice in a round trip, and again when the repeat is lost too.
    if (!isRetransmitted(ring.packet(sequence)) && !this.#resend.has(sequence)) this.#counters.pktSndLoss++
    this.#resend.add(sequence)
  }

  #flush(nowMs: number): void {
    this.#sampleRate(nowMs)
    const ring = this.#ring
    const pacer = this.#pacer
    this.#input.sample(this.#inputBytes, this.#inputPackets, nowMs)
    pacer.refill(nowMs, this.#input.bytesPerS(nowMs), ring.unsentBytes)
    if (this.#resend.size > 0) {
      for (const sequence of this.#resend) {
        if (!pacer.isOpen) return
        this.#resend.delete(sequence)
        if (seq31Diff(ring.first, sequence) >= 0) this.#sendAgain(sequence, nowMs)
      }
    }
    while (ring.next !== ring.end && ring.inFlight < this.windowPackets) {
      // The second of a probe pair leaves with the first, whatever the bucket says.
      if (!pacer.isOpen && (ring.next & 15) !== 1) return
      const packet = ring.takeNext(nowMs)
      pacer.spend(packet.length)
      this.#counters.pktSentUnique++
      this.#counters.byteSentUnique += packet.length
      this.#send(packet, nowMs)
    }
  }

  #sendAgain(sequence: number, nowMs: number): void {
    const packet = this.#ring.packet(sequence)
    markRetransmitted(packet)
    this.#ring.setSentAtMs(sequence, nowMs)
    this.#pacer.spend(packet.length)
    this.#counters.pktRetrans++
    this.#counters.byteRetrans += packet.length
    this.#send(packet, nowMs)
  }

  #send(packet: Uint8Array, nowMs: number): void {
    this.#counters.pktSent++
    this.#counters.byteSent += packet.length
    this.#ports.send(packet, nowMs)
  }

  #dropTooLate(nowMs: number): void {
    const ring = this.#ring
    const oldestMs = nowMs - this.#dropAfterMs
    if (ring.queuedAtMs(ring.first) > oldestMs) return
    const bytes = ring.bytes
    const first = ring.first
    let to = first
    while (to !== ring.end && ring.queuedAtMs(to) <= oldestMs) to = seq31Add(to, 1)
    const dropped = ring.release(to)
    this.#countDrop(dropped, bytes - ring.bytes)
    this.#progressAtMs = nowMs
    this.#ports.sendDropRequest({ first, last: seq31Add(to, -1) })
  }

  /**
   * Sends again what ACKs say is missing and no NAK asked for: the oldest packet in flight, at which the peer's position stands
   * still (a libsrt receiver repeats a NAK after 150 ms when it is young), and the newest, behind which no gap can show.
   */
  #resendUnasked(nowMs: number): void {
    const ring = this.#ring
    if (ring.inFlight === 0) return
    const waitMs = this.#unaskedMs
    if (nowMs - ring.sentAtMs(ring.first) >= waitMs) this.#sendAgain(ring.first, nowMs)
    const last = seq31Add(ring.next, -1)
    const tailMs = waitMs * (1 + this.#tailTries)
    if (nowMs - this.#progressAtMs < tailMs || nowMs - ring.sentAtMs(last) < tailMs) return
    this.#tailTries++
    this.#sendAgain(last, nowMs)
  }

  /** How long a packet in flight waits for its ACK. Four deviations of a young estimate would be three round trips, and leave one try in a short latency. */
  get #unaskedMs(): number {
    return Math.min(this.#rtt.lateMs, 1.5 * this.#rtt.rttMs) + ACK_MARGIN_MS
  }

  get #dropAfterMs(): number {
    return Math.max(MIN_DROP_MS, this.#settings.latencyMs) + DROP_MARGIN_MS
  }

  #countDrop(packets: number, bytes: number): void {
    this.#counters.pktSndDrop += packets
    this.#counters.byteSndDrop += bytes
  }
}

/** Both ranges and all between them: what lies between two that are gone is gone, too. */
function spanOf(a: LossRange | null, b: LossRange): LossRange {
  if (a === null) return b
  return { first: seq31Diff(a.first, b.first) < 0 ? b.first : a.first, last: seq31Diff(a.last, b.last) > 0 ? b.last : a.last }
}
