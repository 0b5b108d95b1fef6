import type { Failure } from '@sluice/base/errors'
import type { Connection } from '../connection.ts'
import { ExtensionFlag, ExtensionType, HandshakeType, idleTickMs, srtMagic } from '../constants.ts'
import type { Endpoint, HandshakeSide } from '../endpoint.ts'
import { failureOfRejection, SrtRejectCode } from '../errors.ts'
import { keyRefreshOf, localTerms, type SrtTuning, sessionTuning } from '../options.ts'
import { type Extension, findExtension, type Handshake, readHandshake, writeHandshake } from '../packet/handshake.ts'
import { readDestinationId, readTimestampUs, timestampUs } from '../packet/header.ts'
import { writeTextExtension } from '../packet/text-extension.ts'
import { checkKeyResponse, type Encryption, type InitiatorKeys, makeInitiatorKeys } from './initiator-keys.ts'
import { addressField, agreeLatency, type LocalTerms, readResponseTerms, writeOurHsExtension } from './terms.ts'

/** Unanswered handshake packets are repeated this often, as libsrt does. */
export const handshakeRepeatMs = 250

/** In an induction: a datagram socket, as UDT had it. Spec: draft-sharabayko-srt-01 §4.3.1.1 */
const UDT_DATAGRAM = 2

/** To whom, and how. */
export type CallerSettings = {
  address: string
  port: number
  streamId: string
  encryption: Encryption | null
  connectTimeoutMs: number
  tuning: SrtTuning
}

/** Exactly one of the two is called, once. */
export type CallerPorts = { onReady(connection: Connection): void; onFailure(failure: Failure): void }

type State = 'induction' | 'conclusion' | 'done'

/** The caller's half of the handshake: induction, conclusion, each repeated until it is answered. Spec: draft-sharabayko-srt-01 §4.3.1 */
export class CallerHandshake implements HandshakeSide {
  readonly #settings: CallerSettings
  readonly #ports: CallerPorts
  readonly #initialSequence: number
  readonly #local: LocalTerms
  readonly #startMs: number
  #endpoint: Endpoint | null = null
  #socketId = 0
  #keys: InitiatorKeys | null = null
  #state: State = 'induction'
  #cookie = 0
  #sentAtMs = Number.NEGATIVE_INFINITY
  #tries = 0
  #rttMs: number | null = null
  #isUnreachable = false

  /** `initialSequence`: any 31-bit number, not to be guessed. */
  constructor(settings: CallerSettings, initialSequence: number, nowMs: number, ports: CallerPorts) {
    this.#settings = settings
    this.#ports = ports
    this.#initialSequence = initialSequence
    this.#local = localTerms(settings.tuning)
    this.#startMs = nowMs
  }

  /** Starts calling. */
  start(endpoint: Endpoint, nowMs: number): void {
    this.#endpoint = endpoint
    this.#socketId = endpoint.makeSocketId()
    this.#send(nowMs)
    endpoint.wake()
  }

  /** The system says that nobody listens there. Calling goes on until the time is over: a listener may be starting. */
  noteUnreachable(): void {
    this.#isUnreachable = true
  }

  onTick(nowMs: number): number {
    if (this.#state === 'done') return Number.POSITIVE_INFINITY
    if (nowMs - this.#startMs >= this.#settings.connectTimeoutMs) {
      this.#fail(this.#timeout())
      return Number.POSITIVE_INFINITY
    }
    if (nowMs - this.#sentAtMs >= handshakeRepeatMs) this.#send(nowMs)
    return idleTickMs
  }

  onHandshake(packet: Uint8Array, address: string, port: number, nowMs: number): void {
    const h = readHandshake(packet)
    const isOurs = address === this.#settings.address && port === this.#settings.port && readDestinationId(packet) === this.#socketId
    if (h === null || !isOurs || this.#state === 'done') return
    if (h.type >= HandshakeType.rejectBase && h.type < HandshakeType.done) {
      this.#fail(failureOfRejection(h.type - HandshakeType.rejectBase))
      return
    }
    if (h.type === HandshakeType.induction && this.#state === 'induction') {
      this.#onInduction(h, nowMs)
      return
    }
    if (h.type === HandshakeType.conclusion && this.#state === 'conclusion') this.#onConclusion(h, packet, nowMs)
  }

  #onInduction(h: Handshake, nowMs: number): void {
    if (h.version !== 5 || h.extensionField !== srtMagic) {
      this.#fail({
        kind: 'handshake',
        code: 'SRT_VERSION',
        message: `the listener speaks handshake version ${h.version}; version 5 (SRT 1.3 or later) is needed`,
      })
      return
    }
    if (this.#tries === 1) this.#rttMs = nowMs - this.#sentAtMs
    this.#cookie = h.cookie
    this.#keys = makeInitiatorKeys(this.#settings.encryption, keyRefreshOf(this.#settings.tuning))
    this.#state = 'conclusion'
    this.#send(nowMs)
  }

  #onConclusion(h: Handshake, packet: Uint8Array, nowMs: number): void {
    const terms = readResponseTerms(h)
    if ('reject' in terms) {
      this.#fail(badResponse(terms.reject))
      return
    }
    const reject = checkKeyResponse(this.#keys, findExtension(h, ExtensionType.kmRsp), terms.hs.version)
    if (reject !== null) {
      this.#fail(failureOfRejection(reject))
      return
    }
    this.#state = 'done'
    const { address, port, streamId, tuning } = this.#settings
    const connection = this.#endpoint!.openConnection(
      { role: 'caller', remoteAddress: address, remotePort: port, streamId },
      {
        ...sessionTuning(tuning),
        ...agreeLatency(this.#local, terms.hs),
        localSocketId: this.#socketId,
        peerSocketId: h.socketId,
        sendFirstSequence: this.#initialSequence,
        receiveFirstSequence: terms.initialSequence,
        startMs: this.#startMs,
        peerTimestampUs: readTimestampUs(packet),
        peerArrivedAtMs: nowMs,
        peerHasTooLateDrop: true,
        peerVersion: terms.hs.version,
        flowWindowPackets: terms.flowWindowPackets,
        mssBytes: terms.mssBytes,
        rttMs: this.#rttMs,
      },
      this.#keys?.exchange ?? null,
    )
    this.#ports.onReady(connection)
  }

  #send(nowMs: number): void {
    this.#sentAtMs = nowMs
    this.#tries++
    const { address, port } = this.#settings
    const h = this.#state === 'induction' ? this.#induction() : this.#conclusion()
    // The listener's own id is not used: libsrt sends its conclusion to id 0, and listeners look for it there.
    this.#endpoint!.send(writeHandshake({ timestampUs: timestampUs(nowMs, this.#startMs), destinationId: 0 }, h), port, address)
  }

  #induction(): Handshake {
    return this.#handshake(4, 0, UDT_DATAGRAM, HandshakeType.induction, [])
  }

  #conclusion(): Handshake {
    const { streamId, encryption } = this.#settings
    const extensions: Extension[] = [{ type: ExtensionType.hsReq, body: writeOurHsExtension(this.#local) }]
    let field: number = ExtensionFlag.hsReq
    if (this.#keys !== null) {
      field |= ExtensionFlag.kmReq
      extensions.push({ type: ExtensionType.kmReq, body: this.#keys.message })
    }
    if (streamId !== '') {
      field |= ExtensionFlag.config
      extensions.push({ type: ExtensionType.streamId, body: writeTextExtension(streamId) })
    }
    return this.#handshake(5, (encryption?.keyLengthBytes ?? 0) / 8, field, HandshakeType.conclusion, extensions)
  }

  #handshake(version: number, keyLengthField: number, extensionField: number, type: number, extensions: Extension[]): Handshake {
    return {
      version,
      keyLengthField,
      extensionField,
      initialSequence: this.#initialSequence,
      mssBytes: this.#local.mssBytes,
      flowWindowPackets: this.#local.flowWindowPackets,
      type,
      socketId: this.#socketId,
      cookie: this.#cookie,
      peerAddress: addressField(this.#settings.address),
      extensions,
    }
  }

  #timeout(): Failure {
    const withinMs = `within ${this.#settings.connectTimeoutMs / 1000} s`
    if (this.#state === 'conclusion') {
      return {
        kind: 'handshake',
        code: 'SRT_HANDSHAKE_TIMEOUT',
        message: `the listener began the handshake and did not end it ${withinMs}`,
      }
    }
    if (this.#isUnreachable) {
      return {
        kind: 'tcp',
        code: 'SRT_UNREACHABLE',
        message: `nobody listens on UDP port ${this.#settings.port} (the port is unreachable)`,
      }
    }
    return {
      kind: 'tcp',
      code: 'SRT_CONNECT_TIMEOUT',
      message: `no answer from UDP port ${this.#settings.port} ${withinMs}: wrong port, or a firewall`,
    }
  }

  #fail(failure: Failure): void {
    this.#state = 'done'
    this.#ports.onFailure(failure)
  }
}

/** A listener that accepts and answers nonsense. */
export function badResponse(reject: SrtRejectCode): Failure {
  const what = reject === SrtRejectCode.rogue ? 'which cannot be read' : `which we must refuse (${reject})`
  return { kind: 'handshake', code: 'SRT_HANDSHAKE_RESPONSE', message: `the far end accepted with a handshake ${what}` }
}
