import type { Connection } from '../connection.ts'
import { ExtensionFlag, ExtensionType, HandshakeType, idleTickMs } from '../constants.ts'
import type { Endpoint, HandshakeSide } from '../endpoint.ts'
import { failureOfRejection, SrtRejectCode } from '../errors.ts'
import { keyRefreshOf } from '../options.ts'
import { copyBytes } from '../packet/copy-bytes.ts'
import { type Extension, findExtension, type Handshake, readHandshake } from '../packet/handshake.ts'
import type { KeyExchange } from '../session/key-exchange.ts'
import { badResponse, Call, type CallPorts, type CallSettings } from './call.ts'
import { checkKeyResponse, type InitiatorKeys, makeInitiatorKeys } from './initiator-keys.ts'
import { openResponderKeys } from './responder-keys.ts'
import { agreeLatency, type PeerTerms, readRequestTerms, readResponseTerms, writeOurHsExtension } from './terms.ts'

/**
 * `waving`: nothing heard. `asking` (initiator): HSREQ goes out until HSRSP comes. `waiting` (responder): empty conclusions
 * go out until HSREQ comes. `answering` (responder): HSRSP goes out until the peer shows that it has it. `done`.
 */
type State = 'waving' | 'asking' | 'waiting' | 'answering' | 'done' | 'failed'

/**
 * The handshake of two callers, each on its own port. The larger cookie makes the initiator, and the roles then decide all:
 * this machine has fewer states than libsrt's and answers each of its messages alike. Spec: draft-sharabayko-srt-01 §4.3.2
 */
export class RendezvousHandshake implements HandshakeSide {
  readonly #call: Call
  readonly #ports: CallPorts
  readonly #cookie: number
  #state: State = 'waving'
  #peerSocketId = 0
  #asked: InitiatorKeys | null = null
  // bound: two extensions
  #answer: Extension[] = []
  #connection: Connection | null = null

  /** `initialSequence` (31 bits) and `cookie` (32 bits): random. */
  constructor(settings: CallSettings, initialSequence: number, cookie: number, nowMs: number, ports: CallPorts) {
    this.#call = new Call(settings, initialSequence, nowMs)
    this.#ports = ports
    this.#cookie = cookie
  }

  /** Starts waving. */
  start(endpoint: Endpoint, nowMs: number): void {
    this.#call.start(endpoint, () => this.#send(nowMs))
  }

  onTick(nowMs: number): number {
    if (this.#state === 'done' || this.#state === 'failed') return Number.POSITIVE_INFINITY
    if (this.#state === 'answering' && this.#connection?.session.hasHeard === true) this.#state = 'done'
    else if (this.#connection === null && this.#call.isOverdue(nowMs)) {
      const message = `no answer from the rendezvous peer within ${this.#call.settings.connectTimeoutMs / 1000} s`
      this.#state = 'failed'
      this.#ports.onFailure({ kind: 'tcp', code: 'SRT_CONNECT_TIMEOUT', message })
    } else if (this.#connection?.state === 'closed') this.#state = 'done'
    else if (this.#call.isRepeatDue(nowMs)) this.#send(nowMs)
    return idleTickMs
  }

  onHandshake(packet: Uint8Array, address: string, port: number, nowMs: number): void {
    const h = readHandshake(packet)
    if (h === null || !this.#call.isFrom(address, port) || this.#state === 'failed') return
    if (h.type >= HandshakeType.rejectBase && h.type < HandshakeType.done) {
      if (this.#connection === null) this.#fail(h.type - HandshakeType.rejectBase, nowMs, false)
      return
    }
    if (h.version !== 5) {
      this.#fail(SrtRejectCode.version, nowMs, true)
      return
    }
    if (this.#state === 'waving' && !this.#takeRole(h, nowMs)) return
    if (h.type === HandshakeType.agreement) {
      if (this.#state === 'answering') this.#state = 'done'
      return
    }
    if (h.type === HandshakeType.conclusion) this.#onConclusion(h, packet, nowMs)
    else if (h.type === HandshakeType.waveAHand && this.#state !== 'done') this.#send(nowMs)
  }

  /** Settles who begins: the sign of the difference of the cookies, modulo 2^32. */
  #takeRole(h: Handshake, nowMs: number): boolean {
    const contest = (this.#cookie - h.cookie) | 0
    if (contest === 0) {
      this.#fail(SrtRejectCode.rendezvousCookie, nowMs, true)
      return false
    }
    this.#peerSocketId = h.socketId
    this.#state = contest > 0 ? 'asking' : 'waiting'
    const { encryption, tuning } = this.#call.settings
    if (this.#state === 'asking') this.#asked = makeInitiatorKeys(encryption, keyRefreshOf(tuning))
    return true
  }

  #onConclusion(h: Handshake, packet: Uint8Array, nowMs: number): void {
    const hasRequest = findExtension(h, ExtensionType.hsReq) !== null
    const hasResponse = findExtension(h, ExtensionType.hsRsp) !== null
    if (this.#state === 'asking' && hasResponse) {
      this.#conclude(h, packet, nowMs)
      return
    }
    if (this.#state === 'waiting' && hasRequest) {
      this.#respond(h, packet, nowMs)
      return
    }
    if (this.#state === 'done' && this.#answer.length === 0) {
      this.#write(HandshakeType.agreement, 0, [], nowMs)
      return
    }
    if (this.#state !== 'done') this.#send(nowMs)
  }

  /** The initiator has its answer. */
  #conclude(h: Handshake, packet: Uint8Array, nowMs: number): void {
    const terms = readResponseTerms(h)
    if ('reject' in terms) {
      this.#state = 'failed'
      this.#ports.onFailure(badResponse(terms.reject))
      return
    }
    const reject = checkKeyResponse(this.#asked, findExtension(h, ExtensionType.kmRsp), terms.hs.version)
    if (reject !== null) {
      this.#fail(reject, nowMs, true)
      return
    }
    this.#state = 'done'
    this.#write(HandshakeType.agreement, 0, [], nowMs)
    this.#open(h, terms, packet, nowMs, this.#asked?.exchange ?? null)
  }

  /** The responder has the request. It is connected from now on, and repeats its answer until the peer shows that it is. */
  #respond(h: Handshake, packet: Uint8Array, nowMs: number): void {
    const terms = readRequestTerms(h)
    if ('reject' in terms) {
      this.#fail(terms.reject, nowMs, true)
      return
    }
    const { encryption, tuning } = this.#call.settings
    const keys = openResponderKeys(encryption?.passphrase, terms, keyRefreshOf(tuning))
    if (keys !== null && 'reject' in keys) {
      this.#fail(keys.reject, nowMs, true)
      return
    }
    this.#answer = [{ type: ExtensionType.hsRsp, body: writeOurHsExtension(agreeLatency(this.#call.local, terms.hs)) }]
    if (terms.keys !== null) this.#answer.push({ type: ExtensionType.kmRsp, body: copyBytes(terms.keys.message) })
    this.#state = 'answering'
    this.#send(nowMs)
    this.#open(h, terms, packet, nowMs, keys)
  }

  #open(h: Handshake, terms: PeerTerms, packet: Uint8Array, nowMs: number, keys: KeyExchange | null): void {
    this.#connection = this.#call.open({ role: 'rendezvous', streamId: '' }, { h, terms, packet, rttMs: null }, keys, nowMs)
    this.#ports.onReady(this.#connection)
  }

  #send(nowMs: number): void {
    this.#call.sentAtMs = nowMs
    if (this.#state === 'waving') {
      this.#write(HandshakeType.waveAHand, 0, [], nowMs)
      return
    }
    if (this.#state === 'waiting') {
      this.#write(HandshakeType.conclusion, 0, [], nowMs)
      return
    }
    const extensions = this.#state === 'asking' ? this.#call.request(this.#asked) : this.#answer
    const field = extensions.length > 1 ? ExtensionFlag.hsReq | ExtensionFlag.kmReq : ExtensionFlag.hsReq
    this.#write(HandshakeType.conclusion, field, extensions, nowMs)
  }

  #write(type: number, extensionField: number, extensions: Extension[], nowMs: number): void {
    const said = { version: 5, keyLengthField: this.#call.keyLengthField, extensionField, type, cookie: this.#cookie, extensions }
    this.#call.write(said, this.#peerSocketId, nowMs)
  }

  #fail(reject: number, nowMs: number, isTold: boolean): void {
    if (isTold) this.#write(HandshakeType.rejectBase + reject, 0, [], nowMs)
    this.#state = 'failed'
    this.#ports.onFailure(failureOfRejection(reject))
  }
}
