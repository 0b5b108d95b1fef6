import { plainAddress } from '@sluice/base/address'
import type { Clock } from '@sluice/base/clock'
import type { SrtCloseReason } from './errors.ts'
import { formatVersion } from './packet/hs-extension.ts'
import type { KeyExchange } from './session/key-exchange.ts'
import { SrtSession } from './session/session.ts'
import type { SessionSettings } from './session/settings.ts'
import type { SrtStats } from './session/stats.ts'

/** Which part this side played in the handshake; both directions work in all of them. */
export type SrtRole = 'listener' | 'caller' | 'rendezvous'

/**
 * One SRT connection. Set the `on...` callbacks as soon as it is handed over. Times in milliseconds on the owner's clock.
 */
export interface SrtConnection {
  readonly role: SrtRole
  readonly remoteAddress: string
  readonly remotePort: number
  /** The stream id as the caller sent it: it may be a key, never log it. */
  readonly streamId: string
  /** `1.5.1` */
  readonly peerVersion: string
  readonly isEncrypted: boolean
  /** Agreed latency of what we receive, and of what we send. */
  readonly latencyMs: number
  readonly sendLatencyMs: number
  readonly state: 'open' | 'draining' | 'lingering' | 'closed'
  /** A payload in order and at its time; its bytes belong to the callee. `sourceTimeUs`: the sender's clock, unwrapped, from its start. */
  onPayload: (payload: Uint8Array, sourceTimeUs: number) => void
  /** After the last payload of a batch. */
  onReadEnd?: (() => void) | undefined
  /** The peer ended the stream; what is buffered still comes in its time, then `onClose`. */
  onEnding?: (() => void) | undefined
  /** Once, at the end. */
  onClose: (reason: SrtCloseReason) => void
  /** Queues a payload (1316 bytes of MPEG-TS as a rule), which is copied. 'dropped': the queue is full, it is too large, or the connection ends. */
  send(payload: Uint8Array): 'queued' | 'dropped'
  /**
   * The same with many payloads: `bytes` cut into pieces of `payloadBytes`, the last as short as it comes, which leave in one go. Returns
   * the bytes that were queued; the rest is dropped.
   */
  sendAll(bytes: Uint8Array, payloadBytes: number): number
  /** Largest payload that `send` takes, in bytes. */
  readonly maxPayloadBytes: number
  /** Age of the oldest payload that the peer has not acknowledged; 0: it has all. */
  readonly queuedMs: number
  /** When the peer last acknowledged anything: the proof that it takes what we send. */
  readonly lastAckAtMs: number
  stats(): SrtStats
  /** Ends the connection once the peer has and has played what was sent: at most the latency plus 3 s. */
  close(): void
  /** Ends the connection now. */
  abort(): void
}

/** What a connection needs from the endpoint it lives on. */
export type ConnectionPorts = {
  send(packet: Uint8Array, port: number, address: string): void
  gone(reason: SrtCloseReason): void
  /** The session has something new to do: its `nextTickMs` may have moved. */
  arm(): void
}

/** What the endpoint knows of a connection besides its session. */
export type ConnectionFacts = { role: SrtRole; remoteAddress: string; remotePort: number; streamId: string }

/** A session with the address of its peer and the callbacks of its owner. */
export class Connection implements SrtConnection {
  readonly role: SrtRole
  readonly remoteAddress: string
  /** The address as the socket has it: IPv4 may be mapped into IPv6. */
  readonly socketAddress: string
  readonly remotePort: number
  readonly streamId: string
  readonly peerVersion: string
  readonly isEncrypted: boolean
  readonly session: SrtSession
  onPayload: (payload: Uint8Array, sourceTimeUs: number) => void = () => {}
  onReadEnd: (() => void) | undefined
  onEnding: (() => void) | undefined
  onClose: (reason: SrtCloseReason) => void = () => {}
  readonly #clock: Clock
  readonly #ports: ConnectionPorts

  constructor(facts: ConnectionFacts, settings: SessionSettings, keys: KeyExchange | null, clock: Clock, ports: ConnectionPorts) {
    this.role = facts.role
    this.socketAddress = facts.remoteAddress
    this.remoteAddress = plainAddress(facts.remoteAddress)
    this.remotePort = facts.remotePort
    this.streamId = facts.streamId
    this.peerVersion = formatVersion(settings.peerVersion)
    this.isEncrypted = keys !== null
    this.#clock = clock
    this.#ports = ports
    this.session = new SrtSession(settings, keys, {
      send: (packet) => ports.send(packet, facts.remotePort, facts.remoteAddress),
      deliver: (payload, senderUs) => this.onPayload(payload, senderUs),
      readEnd: () => this.onReadEnd?.(),
      ended: () => this.onEnding?.(),
      closed: (reason) => {
        try {
          this.onClose(reason)
        } finally {
          ports.gone(reason)
        }
      },
    })
  }

  get state() {
    return this.session.state
  }

  get latencyMs(): number {
    return this.session.settings.receiveLatencyMs
  }

  get sendLatencyMs(): number {
    return this.session.settings.sendLatencyMs
  }

  get maxPayloadBytes(): number {
    return this.session.maxPayloadBytes
  }

  get queuedMs(): number {
    return this.session.queuedMs(this.#clock.nowMs())
  }

  get lastAckAtMs(): number {
    return this.session.lastAckAtMs
  }

  send(payload: Uint8Array): 'queued' | 'dropped' {
    return this.sendAll(payload, payload.length) > 0 ? 'queued' : 'dropped'
  }

  sendAll(bytes: Uint8Array, payloadBytes: number): number {
    const queuedBytes = this.session.offer(bytes, this.#clock.nowMs(), payloadBytes)
    this.#ports.arm()
    return queuedBytes
  }

  stats(): SrtStats {
    return this.session.stats(this.#clock.nowMs())
  }

  close(): void {
    this.session.close(this.#clock.nowMs())
    this.#ports.arm()
  }

  abort(): void {
    this.session.abort('closed', this.#clock.nowMs())
  }

  /** Ends the connection after a fault of our own. */
  fail(): void {
    this.session.abort('fault', this.#clock.nowMs())
  }
}
