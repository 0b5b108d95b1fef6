import type { Failure } from '@sluice/base/errors'
import type { Connection, ConnectionFacts } from '../connection.ts'
import { ExtensionType } from '../constants.ts'
import type { Endpoint } from '../endpoint.ts'
import { SrtRejectCode } from '../errors.ts'
import { localTerms, type SrtTuning, sessionTuning } from '../options.ts'
import { type Extension, type Handshake, writeHandshake } from '../packet/handshake.ts'
import { readTimestampUs, timestampUs } from '../packet/header.ts'
import type { KeyExchange } from '../session/key-exchange.ts'
import type { Encryption, InitiatorKeys } from './initiator-keys.ts'
import { addressField, agreeLatency, type LocalTerms, type PeerTerms, writeOurHsExtension } from './terms.ts'

/** Unanswered handshake packets are repeated this often, as libsrt does. */
const handshakeRepeatMs = 250

/** To whom, and how. */
export type CallSettings = {
  address: string
  port: number
  streamId: string
  encryption: Encryption | null
  connectTimeoutMs: number
  tuning: SrtTuning
}

/** Exactly one of the two is called, once. */
export type CallPorts = { onReady(connection: Connection): void; onFailure(failure: Failure): void }

/** What differs from one handshake packet of a call to the next. */
type Said = Pick<Handshake, 'version' | 'keyLengthField' | 'extensionField' | 'type' | 'cookie' | 'extensions'>

/** What caller and rendezvous share: whom they call, since when, what they send, and the connection that comes of it. */
export class Call {
  readonly settings: CallSettings
  readonly local: LocalTerms
  readonly startMs: number
  /** When the packet was sent that is repeated until it is answered. */
  sentAtMs = Number.NEGATIVE_INFINITY
  readonly #initialSequence: number
  #endpoint: Endpoint | null = null
  #socketId = 0

  /** `initialSequence`: any 31-bit number, not to be guessed. */
  constructor(settings: CallSettings, initialSequence: number, nowMs: number) {
    this.settings = settings
    this.local = localTerms(settings.tuning)
    this.startMs = nowMs
    this.#initialSequence = initialSequence
  }

  get socketId(): number {
    return this.#socketId
  }

  /** Takes its place at the endpoint. `send` sends the first packet. */
  start(endpoint: Endpoint, send: () => void): void {
    this.#endpoint = endpoint
    this.#socketId = endpoint.makeSocketId()
    send()
    endpoint.wake()
  }

  isFrom(address: string, port: number): boolean {
    return address === this.settings.address && port === this.settings.port
  }

  isOverdue(nowMs: number): boolean {
    return nowMs - this.startMs >= this.settings.connectTimeoutMs
  }

  isRepeatDue(nowMs: number): boolean {
    return nowMs - this.sentAtMs >= handshakeRepeatMs
  }

  /** HSREQ, and the key material of an encrypted call. */
  request(keys: InitiatorKeys | null): Extension[] {
    const extensions: Extension[] = [{ type: ExtensionType.hsReq, body: writeOurHsExtension(this.local) }]
    if (keys !== null) extensions.push({ type: ExtensionType.kmReq, body: keys.message })
    return extensions
  }

  /** The key length of an encrypted call as a handshake says it, in units of 8 bytes; 0 for a clear one. */
  get keyLengthField(): number {
    return (this.settings.encryption?.keyLengthBytes ?? 0) / 8
  }

  write(said: Said, destinationId: number, nowMs: number): void {
    const { address, port } = this.settings
    const h: Handshake = {
      ...said,
      initialSequence: this.#initialSequence,
      mssBytes: this.local.mssBytes,
      flowWindowPackets: this.local.flowWindowPackets,
      socketId: this.#socketId,
      peerAddress: addressField(address),
    }
    this.#endpoint!.send(writeHandshake({ timestampUs: timestampUs(nowMs, this.startMs), destinationId }, h), port, address)
  }

  /** The connection that both have agreed on. `packet`: the one that ended the handshake, `rttMs` null: not measured. */
  open(
    facts: Pick<ConnectionFacts, 'role' | 'streamId'>,
    peer: { h: Handshake; terms: PeerTerms; packet: Uint8Array; rttMs: number | null },
    keys: KeyExchange | null,
    nowMs: number,
  ): Connection {
    const { address, port, tuning } = this.settings
    const { h, terms, packet, rttMs } = peer
    return this.#endpoint!.openConnection(
      { ...facts, remoteAddress: address, remotePort: port },
      {
        ...sessionTuning(tuning),
        ...agreeLatency(this.local, terms.hs),
        localSocketId: this.#socketId,
        peerSocketId: h.socketId,
        sendFirstSequence: this.#initialSequence,
        receiveFirstSequence: terms.initialSequence,
        startMs: this.startMs,
        peerTimestampUs: readTimestampUs(packet),
        peerArrivedAtMs: nowMs,
        peerHasTooLateDrop: true,
        peerVersion: terms.hs.version,
        flowWindowPackets: terms.flowWindowPackets,
        mssBytes: terms.mssBytes,
        rttMs,
      },
      keys,
    )
  }
}

/** A far end that accepts and answers nonsense. */
export function badResponse(reject: SrtRejectCode): Failure {
  const what = reject === SrtRejectCode.rogue ? 'which cannot be read' : `which we must refuse (${reject})`
  return { kind: 'handshake', code: 'SRT_HANDSHAKE_RESPONSE', message: `the far end accepted with a handshake ${what}` }
}
