import type { Failure } from '@sluice/base/errors'
import { ExtensionFlag, ExtensionType, HandshakeType, idleTickMs, srtMagic } from '../constants.ts'
import type { Endpoint, HandshakeSide } from '../endpoint.ts'
import { failureOfRejection } from '../errors.ts'
import { keyRefreshOf } from '../options.ts'
import { findExtension, type Handshake, readHandshake } from '../packet/handshake.ts'
import { readDestinationId } from '../packet/header.ts'
import { writeTextExtension } from '../packet/text-extension.ts'
import { badResponse, Call, type CallPorts, type CallSettings } from './call.ts'
import { checkKeyResponse, type InitiatorKeys, makeInitiatorKeys } from './initiator-keys.ts'
import { readResponseTerms } from './terms.ts'

/** In an induction: a datagram socket, as UDT had it. Spec: draft-sharabayko-srt-01 §4.3.1.1 */
const UDT_DATAGRAM = 2

type State = 'induction' | 'conclusion' | 'done'

/** The caller's half of the handshake: induction, conclusion, each repeated until it is answered. Spec: draft-sharabayko-srt-01 §4.3.1 */
export class CallerHandshake implements HandshakeSide {
  readonly #call: Call
  readonly #ports: CallPorts
  #keys: InitiatorKeys | null = null
  #state: State = 'induction'
  #cookie = 0
  #tries = 0
  #rttMs: number | null = null
  #isUnreachable = false

  /** `initialSequence`: any 31-bit number, not to be guessed. */
  constructor(settings: CallSettings, initialSequence: number, nowMs: number, ports: CallPorts) {
    this.#call = new Call(settings, initialSequence, nowMs)
    this.#ports = ports
  }

  /** Starts calling. */
  start(endpoint: Endpoint, nowMs: number): void {
    this.#call.start(endpoint, () => this.#send(nowMs))
  }

  /** The system says that nobody listens there. Calling goes on until the time is over: a listener may be starting. */
  noteUnreachable(): void {
    this.#isUnreachable = true
  }

  onTick(nowMs: number): number {
    if (this.#state === 'done') return Number.POSITIVE_INFINITY
    if (this.#call.isOverdue(nowMs)) {
      this.#fail(this.#timeout())
      return Number.POSITIVE_INFINITY
    }
    if (this.#call.isRepeatDue(nowMs)) this.#send(nowMs)
    return idleTickMs
  }

  onHandshake(packet: Uint8Array, address: string, port: number, nowMs: number): void {
    const h = readHandshake(packet)
    const isOurs = this.#call.isFrom(address, port) && readDestinationId(packet) === this.#call.socketId
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
    if (this.#tries === 1) this.#rttMs = nowMs - this.#call.sentAtMs
    this.#cookie = h.cookie
    this.#keys = makeInitiatorKeys(this.#call.settings.encryption, keyRefreshOf(this.#call.settings.tuning))
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
    const { streamId } = this.#call.settings
    const peer = { h, terms, packet, rttMs: this.#rttMs }
    this.#ports.onReady(this.#call.open({ role: 'caller', streamId }, peer, this.#keys?.exchange ?? null, nowMs))
  }

  #send(nowMs: number): void {
    this.#call.sentAtMs = nowMs
    this.#tries++
    const said = this.#state === 'induction' ? this.#induction() : this.#conclusion()
    // The listener's own id is not used: libsrt sends its conclusion to id 0, and listeners look for it there.
    this.#call.write({ ...said, cookie: this.#cookie }, 0, nowMs)
  }

  #induction() {
    return { version: 4, keyLengthField: 0, extensionField: UDT_DATAGRAM, type: HandshakeType.induction, extensions: [] }
  }

  #conclusion() {
    const { streamId } = this.#call.settings
    const extensions = this.#call.request(this.#keys)
    let extensionField: number = ExtensionFlag.hsReq
    if (this.#keys !== null) extensionField |= ExtensionFlag.kmReq
    if (streamId !== '') {
      extensionField |= ExtensionFlag.config
      extensions.push({ type: ExtensionType.streamId, body: writeTextExtension(streamId) })
    }
    return { version: 5, keyLengthField: this.#call.keyLengthField, extensionField, type: HandshakeType.conclusion, extensions }
  }

  #timeout(): Failure {
    const { port, connectTimeoutMs } = this.#call.settings
    const within = `within ${connectTimeoutMs / 1000} s`
    if (this.#state === 'conclusion') {
      return {
        kind: 'handshake',
        code: 'SRT_HANDSHAKE_TIMEOUT',
        message: `the listener began the handshake and did not end it ${within}`,
      }
    }
    if (this.#isUnreachable) {
      return {
        kind: 'tcp',
        code: 'SRT_UNREACHABLE',
        message: `nobody listens on UDP port ${port} (the port is unreachable)`,
      }
    }
    return {
      kind: 'tcp',
      code: 'SRT_CONNECT_TIMEOUT',
      message: `no answer from UDP port ${port} ${within}: wrong port, or a firewall`,
    }
  }

  #fail(failure: Failure): void {
    this.#state = 'done'
    this.#ports.onFailure(failure)
  }
}
