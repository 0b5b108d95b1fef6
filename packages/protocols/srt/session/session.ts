import { ControlType, ExtensionType, headerBytes, idleTickMs, ipUdpHeaderBytes } from '../constants.ts'
import type { SrtCloseReason } from '../errors.ts'
import { readAck, writeAck, writeLightAck, zeroAck } from '../packet/ack.ts'
import { readDropRequest, writeDropRequest } from '../packet/drop-request.ts'
import {
  type ControlHeader,
  isControlPacket,
  makeControlPacket,
  readControlInfo,
  readControlSubtype,
  readControlType,
  readTimestampUs,
  timestampUs,
  writeAckAck,
  writeKeepAlive,
  writeShutdown,
} from '../packet/header.ts'
import { readNak, writeNaks } from '../packet/nak.ts'
import { AckClock } from './ack-clock.ts'
import { ControlGate } from './control-gate.ts'
import { zeroCounters } from './counters.ts'
import type { KeyExchange } from './key-exchange.ts'
import { Receiver } from './receiver.ts'
import { RttEstimator } from './rtt.ts'
import { Sender } from './sender.ts'
import type { SessionPorts, SessionSettings, SessionState } from './settings.ts'
import { makeStats, type SrtStats } from './stats.ts'
import { TickPace } from './tick-pace.ts'
import { Timebase } from './timebase.ts'

/** Without any packet of ours for so long a keepalive goes out. Spec: draft-sharabayko-srt-01 §3.2.3 */
const KEEP_ALIVE_MS = 1_000
/** What receivers say before they have measured anything. Spec: draft-sharabayko-srt-01 §4.10 */
const INITIAL_RTT_US = 100_000
/** A longer round trip is not believed. */
const MAX_RTT_US = 10_000_000
/** The peer's play time is later than ours by what its handshake was delayed, and its reader may be slow. */
const PLAY_MARGIN_MS = 100
/** How long a closing sender waits beyond the latency for what is not acknowledged. */
const LINGER_MARGIN_MS = 3_000

/**
 * One SRT connection after its handshake: packets and time in, packets and payloads out. No clock and no socket.
 * Spec: draft-sharabayko-srt-01 §3-6
 */
export class SrtSession {
  readonly settings: SessionSettings
  readonly #ports: SessionPorts
  readonly #keys: KeyExchange | null
  readonly #counters = zeroCounters()
  readonly #rtt = new RttEstimator()
  readonly #timebase: Timebase
  readonly #receiver: Receiver
  readonly #sender: Sender
  readonly #acks = new AckClock()
  readonly #ack = zeroAck()
  readonly #pace = new TickPace()
  #state: SessionState = 'open'
  #nowMs: number
  #lastReceivedMs: number
  #lastSentMs: number
  #closeAtMs = Number.POSITIVE_INFINITY
  #hasDelivered = false
  #hasHeard = false
  readonly #gate: ControlGate

  constructor(settings: SessionSettings, keys: KeyExchange | null, ports: SessionPorts) {
    this.settings = settings
    this.#ports = ports
    this.#keys = keys
    const nowMs = settings.peerArrivedAtMs
    this.#nowMs = nowMs
    this.#gate = new ControlGate(nowMs)
    this.#lastReceivedMs = nowMs
    this.#lastSentMs = nowMs
    if (settings.rttMs !== null) this.#rtt.add(settings.rttMs, nowMs)
    this.#timebase = new Timebase(settings.peerTimestampUs, nowMs)
    this.#receiver = this.#makeReceiver()
    this.#sender = this.#makeSender()
  }

  get state(): SessionState {
    return this.#state
  }

  /** True once any packet came after the handshake. */
  get hasHeard(): boolean {
    return this.#hasHeard
  }

  /** Takes one packet from the peer, whose source the owner has checked. `packet` belongs to the session from now on. */
  push(packet: Uint8Array, nowMs: number): void {
    if (this.#state === 'closed' || packet.length < headerBytes) return
    this.#nowMs = nowMs
    this.#lastReceivedMs = nowMs
    this.#hasHeard = true
    if (isControlPacket(packet)) {
      if (this.#gate.admit(nowMs)) this.#control(packet)
    } else {
      this.#receiver.push(packet, nowMs)
      this.#acks.note(this.#receiver.position, nowMs)
      this.#receiver.askAgain(nowMs)
    }
    if (this.#pace.isOver(nowMs) && this.#dueMs(nowMs) <= nowMs) this.tick(nowMs, true)
  }

  /** Does all that is due: deliver, acknowledge, ask again, send, keep alive, time out. Call it when `nextTickMs` says. */
  tick(nowMs: number, isDriven = false): void {
    if (this.#state === 'closed') return
    this.#nowMs = nowMs
    this.#pace.note(nowMs, isDriven)
    this.#receiver.deliver(nowMs)
    this.#endRead()
    // A callback may have closed it, and a peer that shut down hears nothing.
    if (this.#state === 'open' || this.#state === 'lingering') this.#talk(nowMs)
    this.#checkEnd()
  }

  /** When the next tick should come. Ask again after each packet, payload and tick. */
  nextTickMs(nowMs: number): number {
    return this.#state === 'closed' ? Number.POSITIVE_INFINITY : this.#pace.nextMs(this.#dueMs(nowMs), this.#sender.hasWaiting)
  }

  /** Queues `bytes` for the peer as payloads of `payloadBytes`, and returns how many of them. They are copied: the caller's bytes are free at once. */
  offer(bytes: Uint8Array, nowMs: number, payloadBytes = bytes.length): number {
    if (this.#state !== 'open') return 0
    this.#nowMs = nowMs
    return this.#sender.offer(bytes, payloadBytes, nowMs)
  }

  /** Ends the connection: what is queued goes out first and gets its latency at the peer, who else would throw it away. */
  close(nowMs: number): void {
    if (this.#state === 'closed' || this.#state === 'lingering') return
    this.#nowMs = nowMs
    if (this.#state === 'draining' || this.#counters.pktSentUnique === 0) {
      this.#end('closed', true)
      return
    }
    this.#state = 'lingering'
    this.#closeAtMs = nowMs + this.settings.sendLatencyMs + LINGER_MARGIN_MS
    this.#checkEnd()
  }

  /** Ends the connection at once, whatever is queued. */
  abort(reason: SrtCloseReason, nowMs: number): void {
    if (this.#state === 'closed') return
    this.#nowMs = nowMs
    this.#end(reason, reason !== 'socket')
  }

  /** Largest payload that `offer` takes, in bytes: the segment less all headers, and the tag of AES-GCM. */
  get maxPayloadBytes(): number {
    return this.settings.mssBytes - ipUdpHeaderBytes - headerBytes - (this.#keys?.sending.overheadBytes ?? 0)
  }

  /** When the peer last acknowledged anything. */
  get lastAckAtMs(): number {
    return this.#sender.lastAckAtMs
  }

  /** Age of the oldest payload that the peer has not acknowledged, in milliseconds; 0: it has all. */
  queuedMs(nowMs: number): number {
    return this.#sender.queuedMs(nowMs)
  }

  stats(nowMs: number): SrtStats {
    return makeStats({
      nowMs,
      settings: this.settings,
      counters: this.#counters,
      rtt: this.#rtt,
      receiver: this.#receiver,
      sender: this.#sender,
      keys: this.#keys,
      driftMs: this.#timebase.driftMs,
    })
  }

  #makeReceiver(): Receiver {
    const { receiveFirstSequence, receiveLatencyMs, receiveBufferPackets, delivery } = this.settings
    return new Receiver(
      {
        deliver: (payload, senderUs) => {
          if (this.#state === 'closed' || this.#state === 'lingering') return
          this.#hasDelivered = true
          this.#ports.deliver(payload, senderUs)
        },
        sendNak: (ranges) => {
          const maxBodyBytes = this.settings.mssBytes - ipUdpHeaderBytes - headerBytes
          for (const packet of writeNaks(this.#header(), ranges, maxBodyBytes)) {
            this.#counters.pktSentNak++
            this.#send(packet)
          }
        },
        sendLightAck: (position) => {
          this.#counters.pktSentAck++
          this.#send(writeLightAck(this.#header(), position))
        },
      },
      {
        firstSequence: receiveFirstSequence,
        latencyMs: receiveLatencyMs,
        maxPackets: receiveBufferPackets,
        delivery,
        hasTooLateDrop: true,
      },
      this.#counters,
      this.#rtt,
      this.#timebase,
      this.#keys?.receiving ?? null,
    )
  }

  #makeSender(): Sender {
    const s = this.settings
    return new Sender(
      { send: (packet) => this.#send(packet), sendDropRequest: (range) => this.#send(writeDropRequest(this.#header(), range)) },
      {
        firstSequence: s.sendFirstSequence,
        peerSocketId: s.peerSocketId,
        startMs: s.startMs,
        latencyMs: s.sendLatencyMs,
        maxPackets: s.sendBufferPackets,
        maxPayloadBytes: this.maxPayloadBytes,
        flowWindowPackets: s.flowWindowPackets,
        hasTooLateDrop: s.peerHasTooLateDrop,
        pacing: { maxBps: s.maxBps, inputBps: s.inputBps, overheadPercent: s.overheadPercent, latencyMs: s.sendLatencyMs },
      },
      this.#counters,
      this.#rtt,
      this.#keys,
    )
  }

  #dueMs(nowMs: number): number {
    if (this.#state === 'draining') return nowMs
    const isTidying = this.#state === 'lingering' || this.#keys?.isAnnouncing === true
    return Math.min(
      isTidying ? this.#pace.tickedAtMs + idleTickMs : this.#lastReceivedMs + this.settings.idleTimeoutMs,
      this.#lastSentMs + KEEP_ALIVE_MS,
      this.#receiver.dueMs(nowMs),
      this.#sender.dueMs(nowMs),
      this.#counters.pktRecv === 0 ? Number.POSITIVE_INFINITY : this.#acks.dueMs(this.#receiver.position, this.#rtt.lateMs),
    )
  }

  #talk(nowMs: number): void {
    this.#receiver.askAgain(nowMs)
    this.#acknowledge()
    this.#sender.tick(nowMs)
    const request = this.#keys?.takeRequest(nowMs, this.#rtt.rttMs) ?? null
    if (request !== null) this.#sendUser(ExtensionType.kmReq, request)
    if (nowMs - this.#lastSentMs >= KEEP_ALIVE_MS) this.#send(writeKeepAlive(this.#header()))
  }

  #control(packet: Uint8Array): void {
    const senderUs = this.#timebase.unwrap(readTimestampUs(packet))
    switch (readControlType(packet)) {
      case ControlType.ack:
        this.#onAck(packet)
        return
      case ControlType.nak: {
        const ranges = readNak(packet)
        if (ranges === null) return
        this.#counters.pktRecvNak++
        this.#sender.nak(ranges, this.#nowMs)
        return
      }
      case ControlType.ackAck: {
        const rttMs = this.#acks.confirm(readControlInfo(packet), this.#nowMs)
        if (rttMs < 0) return
        this.#rtt.add(rttMs, this.#nowMs)
        this.#timebase.addSample(senderUs, this.#nowMs)
        return
      }
      case ControlType.keepAlive:
        this.#timebase.addSample(senderUs, this.#nowMs)
        return
      case ControlType.dropRequest: {
        const range = readDropRequest(packet)
        if (range !== null) this.#receiver.drop(range)
        return
      }
      case ControlType.shutdown:
        this.#onShutdown()
        return
      case ControlType.userDefined:
        this.#onUser(packet)
        return
      default: // congestion warnings and peer errors belong to file mode
    }
  }

  #onAck(packet: Uint8Array): void {
    const ack = this.#ack
    const kind = readAck(packet, ack)
    if (kind === null) return
    this.#counters.pktRecvAck++
    if (kind === 'full') this.#send(writeAckAck(this.#header(readControlInfo(packet))))
    if (!this.#sender.ack(ack.nextSequence, this.#nowMs)) return
    if (kind === 'light') return
    this.#sender.windowPackets = Math.max(2, ack.freePackets)
    this.#sender.linkPacketsPerS = ack.linkPacketsPerS
    // A side that only sends hears its round trip from the receiver, who measures it.
    const isGuess = ack.rttUs === INITIAL_RTT_US && ack.rttVarUs === INITIAL_RTT_US / 2
    if (this.#counters.pktRecvUnique === 0 && !isGuess && ack.rttUs < MAX_RTT_US) this.#rtt.add(ack.rttUs / 1000, this.#nowMs)
  }

  #onUser(packet: Uint8Array): void {
    const keys = this.#keys
    if (keys === null) return
    const body = packet.subarray(headerBytes)
    const subtype = readControlSubtype(packet)
    if (subtype === ExtensionType.kmRsp) keys.confirm(body)
    if (subtype !== ExtensionType.kmReq || (keys.needsDerivation(body) && !this.#gate.takeDerivation(this.#nowMs))) return
    this.#sendUser(ExtensionType.kmRsp, keys.answerRequest(body))
  }

  #onShutdown(): void {
    if (this.#state === 'lingering') {
      this.#end('peer-shutdown', false)
      return
    }
    if (this.#state !== 'open') return
    this.#state = 'draining'
    this.#closeAtMs = this.#nowMs + this.settings.receiveLatencyMs + LINGER_MARGIN_MS
    this.#ports.ended()
    this.#checkEnd()
  }

  #acknowledge(): void {
    if (this.#counters.pktRecv === 0) return
    const position = this.#receiver.position
    if (!this.#acks.isDue(position, this.#nowMs, this.#rtt.lateMs)) return
    const receiver = this.#receiver
    const info = this.#acks.nextNumber(position, this.#nowMs)
    receiver.noteAck()
    this.#counters.pktSentAck++
    const ack = this.#ack
    ack.nextSequence = position
    ack.rttUs = Math.round(this.#rtt.rttMs * 1000)
    ack.rttVarUs = Math.round(this.#rtt.varMs * 1000)
    ack.freePackets = receiver.freePackets
    ack.receivedPacketsPerS = Math.round(receiver.packetsPerS(this.#nowMs))
    ack.linkPacketsPerS = Math.round(receiver.linkPacketsPerS)
    ack.receivedBytesPerS = Math.round(receiver.bytesPerS(this.#nowMs))
    this.#send(writeAck(this.#header(info), ack))
  }

  #checkEnd(): void {
    const nowMs = this.#nowMs
    if (this.#state === 'draining') {
      if (this.#receiver.isDrained || nowMs >= this.#closeAtMs) this.#end('peer-shutdown', false)
      return
    }
    const isIdle = nowMs - this.#lastReceivedMs >= this.settings.idleTimeoutMs
    if (this.#state === 'open' && isIdle) {
      this.#end('idle-timeout', true)
      return
    }
    if (this.#state !== 'lingering') return
    // Acknowledged is not played: a libsrt receiver throws away at SHUTDOWN what still waits for its time.
    const playMs = this.settings.sendLatencyMs + this.#rtt.rttMs + PLAY_MARGIN_MS
    const isPlayed = this.#sender.isEmpty && nowMs - this.#sender.lastAckAtMs >= playMs
    if (isPlayed || isIdle || nowMs >= this.#closeAtMs) this.#end('closed', true)
  }

  #end(reason: SrtCloseReason, isTold: boolean): void {
    if (isTold) this.#send(writeShutdown(this.#header()))
    this.#state = 'closed'
    try {
      this.#endRead()
    } finally {
      this.#ports.closed(reason)
    }
  }

  #endRead(): void {
    if (!this.#hasDelivered) return
    this.#hasDelivered = false
    this.#ports.readEnd()
  }

  #sendUser(subtype: number, body: Uint8Array): void {
    const packet = makeControlPacket(ControlType.userDefined, this.#header(0, subtype), body.length)
    packet.set(body, headerBytes)
    this.#send(packet)
  }

  #header(info = 0, subtype = 0): ControlHeader {
    return { timestampUs: timestampUs(this.#nowMs, this.settings.startMs), destinationId: this.settings.peerSocketId, info, subtype }
  }

  #send(packet: Uint8Array): void {
    this.#lastSentMs = this.#nowMs
    this.#ports.send(packet)
  }
}
