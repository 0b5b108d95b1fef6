import { seq31Add, seq31Diff } from '@sluice/base/serial'
import { headerBytes, lightAckPackets } from '../constants.ts'
import { isRetransmitted, KeyFlag, readKeyFlag, readMessageNumber, readSequence } from '../packet/data-packet.ts'
import { readTimestampUs } from '../packet/header.ts'
import type { LossRange } from '../packet/nak.ts'
import type { Counters } from './counters.ts'
import { LinkProbe } from './link-probe.ts'
import { LossList } from './loss-list.ts'
import type { PayloadKeys } from './payload-keys.ts'
import { RateMeter } from './rate-meter.ts'
import { RecvRing, SlotState } from './recv-ring.ts'
import type { RttEstimator } from './rtt.ts'
import type { Timebase } from './timebase.ts'

/** A packet that claims to be played later than this after its arrival has a wrong clock: it is played then. */
const MAX_AHEAD_MS = 1_000
/** A packet beyond the ring counts as the new position of the stream when a second one follows within this distance. */
const FAR_PACKETS = 64

/** `tsbpd`: payloads leave at the sender's time plus the latency. `asap`: in order as soon as nothing before them is missing. */
export type Delivery = 'tsbpd' | 'asap'

/** What the receiving half needs from its session. `deliver` gets a payload that belongs to the callee, and the sender's time in microseconds. */
export type ReceiverPorts = {
  deliver(payload: Uint8Array, senderUs: number): void
  sendNak(ranges: readonly LossRange[]): void
  sendLightAck(position: number): void
}

export type ReceiverSettings = { firstSequence: number; latencyMs: number; maxPackets: number; delivery: Delivery; hasTooLateDrop: boolean }

/** The receiving half of a connection: order, loss, play time. No clock and no socket in it. Spec: draft-sharabayko-srt-01 §4.4-4.8 */
export class Receiver {
  readonly #ports: ReceiverPorts
  readonly #settings: ReceiverSettings
  readonly #counters: Counters
  readonly #rtt: RttEstimator
  readonly #timebase: Timebase
  readonly #keys: PayloadKeys | null
  readonly #ring: RecvRing
  readonly #losses: LossList
  readonly #probe = new LinkProbe()
  readonly #rate = new RateMeter()
  /** First packet still wanted: what an ACK says. */
  #position: number
  #sinceAck = 0
  #heldPackets = 0
  #heldBytes = 0
  #farSequence = -1
  #payloadBytes = 0 // of the newest packet: the estimate for those that are lost

  constructor(
    ports: ReceiverPorts,
    settings: ReceiverSettings,
    counters: Counters,
    rtt: RttEstimator,
    timebase: Timebase,
    keys: PayloadKeys | null,
  ) {
    this.#ports = ports
    this.#settings = settings
    this.#counters = counters
    this.#rtt = rtt
    this.#timebase = timebase
    this.#keys = keys
    this.#ring = new RecvRing(settings.firstSequence, settings.maxPackets)
    this.#losses = new LossList(this.#ring, settings.latencyMs)
    this.#position = settings.firstSequence
  }

  /** Takes a data packet, which belongs to the receiver from now on. */
  push(packet: Uint8Array, nowMs: number): void {
    const counters = this.#counters
    const senderUs = this.#timebase.unwrap(readTimestampUs(packet))
    const payloadBytes = packet.length - headerBytes
    counters.pktRecv++
    counters.byteRecv += packet.length
    if (readMessageNumber(packet) === 0) return // a packet filter's own
    const isAgain = isRetransmitted(packet)
    if (isAgain) counters.pktRcvRetrans++
    const sequence = readSequence(packet)
    const ahead = seq31Diff(this.#ring.base, sequence)
    if (ahead < 0) {
      this.#countLate(sequence, senderUs, nowMs)
      return
    }
    if (!this.#ring.reserve(ahead + 1) && !this.#jump(sequence)) return
    const toEnd = seq31Diff(this.#ring.end, sequence)
    if (toEnd < 0 && this.#ring.state(sequence) !== SlotState.missing) {
      counters.pktRcvDuplicate++
      return
    }
    counters.pktRecvUnique++
    counters.byteRecvUnique += packet.length
    this.#payloadBytes = payloadBytes
    if (!isAgain) this.#probe.add(sequence, nowMs)
    if (toEnd < 0) this.#fill(sequence, isAgain, -toEnd, nowMs)
    else if (toEnd > 0) this.#losses.open(this.#ring.end, toEnd, senderUs, nowMs)
    if (toEnd >= 0) this.#ring.end = seq31Add(sequence, 1)
    this.#hold(packet, sequence, senderUs)
    if (sequence === this.#position) this.#advance()
    if (++this.#sinceAck >= lightAckPackets) {
      this.#sinceAck = 0
      this.#ports.sendLightAck(this.#position)
    }
  }

  /** Delivers what is due and gives up what is too late. */
  deliver(nowMs: number): void {
    this.#sampleRate(nowMs)
    const ring = this.#ring
    const isAsap = this.#settings.delivery === 'asap'
    while (ring.base !== ring.end) {
      const sequence = ring.base
      const state = ring.state(sequence)
      if (state === SlotState.missing) {
        if (!this.#skipTooLate(nowMs)) return
        continue
      }
      if (state === SlotState.held) {
        const senderUs = ring.senderUs(sequence)
        if (!isAsap && this.#isEarly(senderUs, nowMs)) return
        const payload = ring.take(sequence)
        this.#heldPackets--
        this.#heldBytes -= payload.length
        ring.base = seq31Add(sequence, 1)
        this.#ports.deliver(payload, senderUs)
      } else ring.base = seq31Add(sequence, 1)
    }
  }

  /** Sends the NAKs that are due. */
  askAgain(nowMs: number): void {
    const due = this.#losses.takeDue(nowMs, this.#rtt, this.#playMs)
    if (due === null) return
    this.#counters.pktRcvLoss += due.firstNaks
    this.#counters.byteRcvLoss += due.firstNaks * this.#payloadBytes
    if (due.ranges.length > 0) this.#ports.sendNak(due.ranges)
  }

  /** The sender says that `range` will not come. */
  drop(range: LossRange): void {
    const ring = this.#ring
    const from = Math.max(0, seq31Diff(ring.base, range.first))
    const to = Math.min(ring.span - 1, seq31Diff(ring.base, range.last))
    for (let i = from; i <= to; i++) {
      const sequence = seq31Add(ring.base, i)
      if (ring.state(sequence) === SlotState.missing) this.#giveUp(sequence)
    }
    this.#advance()
  }

  /** First packet still wanted. */
  get position(): number {
    return this.#position
  }

  /** A full ACK went out: the count to the next light one starts again. */
  noteAck(): void {
    this.#sinceAck = 0
  }

  /** Packets in the buffer, their bytes, and the time from the first to the last of them. */
  buffered(): { packets: number; bytes: number; spanMs: number } {
    const ring = this.#ring
    const hasSome = this.#heldPackets > 0 && ring.span > 0
    const spanMs = hasSome ? Math.max(0, (ring.senderUs(seq31Add(ring.end, -1)) - ring.senderUs(ring.base)) / 1000) : 0
    return { packets: this.#heldPackets, bytes: this.#heldBytes, spanMs }
  }

  /** Packets that the sender may still send beyond what is buffered. */
  get freePackets(): number {
    return Math.max(2, this.#ring.maxPackets - this.#ring.span)
  }

  /** Packets a second that came, retransmissions included. */
  packetsPerS(nowMs: number): number {
    this.#sampleRate(nowMs)
    return this.#rate.packetsPerS(nowMs)
  }

  /** Bytes a second that came, retransmissions included. */
  bytesPerS(nowMs: number): number {
    this.#sampleRate(nowMs)
    return this.#rate.bytesPerS(nowMs)
  }

  get linkPacketsPerS(): number {
    return this.#probe.packetsPerS()
  }

  /** Milliseconds for which a gap is first taken for packets out of order. */
  toleranceMs(nowMs: number): number {
    return this.#losses.toleranceMs(nowMs)
  }

  /** When the next payload or NAK is due; `nowMs`: as soon as can be. */
  dueMs(nowMs: number): number {
    const ring = this.#ring
    if (ring.base === ring.end) return Number.POSITIVE_INFINITY
    if (this.#settings.delivery === 'asap' || ring.state(ring.base) !== SlotState.held) return nowMs
    const senderUs = ring.senderUs(ring.base)
    return this.#isEarly(senderUs, nowMs) ? Math.min(this.#playMs(senderUs), this.#losses.nextDueMs) : nowMs
  }

  /** True when nothing waits to be delivered. */
  get isDrained(): boolean {
    return this.#heldPackets === 0
  }

  #sampleRate(nowMs: number): void {
    this.#rate.sample(this.#counters.byteRecv, this.#counters.pktRecv, nowMs)
  }

  #playMs = (senderUs: number): number => this.#timebase.localMs(senderUs) + this.#settings.latencyMs

  #hold(packet: Uint8Array, sequence: number, senderUs: number): void {
    const isSealed = readKeyFlag(packet) !== KeyFlag.clear
    const keys = this.#keys
    // Clear data on a secured connection is as useless as data under a key that nobody gave us.
    const bytes = keys === null ? (isSealed ? -1 : packet.length - headerBytes) : keys.open(packet)
    if (bytes < 0) {
      this.#counters.pktRcvUndecrypt++
      this.#counters.byteRcvUndecrypt += packet.length - headerBytes
      this.#ring.setState(sequence, SlotState.gone)
      return
    }
    this.#ring.hold(sequence, packet.subarray(headerBytes, headerBytes + bytes), senderUs)
    this.#heldPackets++
    this.#heldBytes += bytes
  }

  /** A packet came into a gap, `distance` packets behind the newest. */
  #fill(sequence: number, isAgain: boolean, distance: number, nowMs: number): void {
    if (!isAgain) {
      this.#counters.pktRcvReordered++
      this.#counters.reorderDistance = Math.max(this.#counters.reorderDistance, distance)
    }
    this.#losses.close(sequence, isAgain, nowMs)
  }

  /** A packet from before the play position: a second copy, or one that was given up and comes after all. */
  #countLate(sequence: number, senderUs: number, nowMs: number): void {
    const ring = this.#ring
    const behindEnd = seq31Diff(sequence, ring.end)
    const isRecent = behindEnd > 0 && behindEnd <= ring.capacity // its slot is still its own
    if (isRecent && ring.state(sequence) === SlotState.taken) {
      this.#counters.pktRcvDuplicate++
      return
    }
    this.#counters.pktRcvBelated++
    this.#counters.belatedMs += Math.max(0, nowMs - this.#playMs(senderUs))
    if (isRecent) ring.setState(sequence, SlotState.taken) // a third copy is a duplicate
  }

  /** Beyond the ring: after a long outage the stream goes on there, once a second packet agrees and nothing is left to play. */
  #jump(sequence: number): boolean {
    const isFollowed = this.#farSequence >= 0 && Math.abs(seq31Diff(this.#farSequence, sequence)) <= FAR_PACKETS
    if (!isFollowed || this.#heldPackets > 0) {
      this.#counters.pktRcvOverflow++
      this.#farSequence = sequence
      return false
    }
    this.#countDropped(seq31Diff(this.#ring.base, sequence))
    this.#losses.clear()
    this.#ring.restart(sequence)
    this.#position = sequence
    this.#farSequence = -1
    return true
  }

  #advance(): void {
    const ring = this.#ring
    let position = this.#position
    while (position !== ring.end && ring.state(position) !== SlotState.missing) position = seq31Add(position, 1)
    this.#position = position
  }

  #isEarly(senderUs: number, nowMs: number): boolean {
    const earlyMs = this.#playMs(senderUs) - nowMs
    return earlyMs > 0 && earlyMs <= this.#settings.latencyMs + MAX_AHEAD_MS
  }

  /** Gives up the missing packets before the next held one when that one is due; false: wait on. Spec: draft-sharabayko-srt-01 §4.6 */
  #skipTooLate(nowMs: number): boolean {
    const ring = this.#ring
    let next = ring.base
    while (next !== ring.end && ring.state(next) !== SlotState.held) next = seq31Add(next, 1)
    if (next === ring.end || !this.#settings.hasTooLateDrop || this.#isEarly(ring.senderUs(next), nowMs)) return false
    for (; ring.base !== next; ring.base = seq31Add(ring.base, 1)) {
      if (ring.state(ring.base) === SlotState.missing) this.#giveUp(ring.base)
    }
    if (seq31Diff(this.#position, next) > 0) this.#position = next
    this.#advance()
    return true
  }

  #giveUp(sequence: number): void {
    if (this.#ring.naks(sequence) === 0) {
      this.#counters.pktRcvLoss++
      this.#counters.byteRcvLoss += this.#payloadBytes
    }
    this.#ring.setState(sequence, SlotState.gone)
    this.#losses.forget(sequence)
    this.#countDropped(1)
  }

  #countDropped(packets: number): void {
    this.#counters.pktRcvDrop += packets
    this.#counters.byteRcvDrop += packets * this.#payloadBytes
  }
}
