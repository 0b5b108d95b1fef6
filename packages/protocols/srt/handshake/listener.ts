import { plainAddress } from '@sluice/base/address'
import { Throttle } from '@sluice/base/admission'
import type { Logger } from '@sluice/base/log'
import type { Connection, SrtConnection } from '../connection.ts'
import { ExtensionFlag, ExtensionType, HandshakeType, srtMagic } from '../constants.ts'
import type { Endpoint, HandshakeSide } from '../endpoint.ts'
import { SrtRejectCode } from '../errors.ts'
import { keyRefreshOf, localTerms, type SrtTuning, sessionTuning } from '../options.ts'
import { type Extension, type Handshake, readHandshake, writeHandshake } from '../packet/handshake.ts'
import { readTimestampUs, timestampUs } from '../packet/header.ts'
import { formatVersion } from '../packet/hs-extension.ts'
import type { KeyExchange } from '../session/key-exchange.ts'
import { parseStreamId, type StreamId } from '../stream-id.ts'
import { CookieJar } from './cookie.ts'
import { openResponderKeys } from './responder-keys.ts'
import { addressField, agreeLatency, type PeerTerms, readRequestTerms, writeOurHsExtension } from './terms.ts'

/** A caller that asks to be let in. `streamId` and `keys` may hold a key: never log them. */
export type SrtRequest = StreamId & {
  streamId: string
  remoteAddress: string
  remotePort: number
  /** `1.5.1` */
  peerVersion: string
  isEncrypted: boolean
}

/**
 * What the owner says to a caller. With `passphrase` the caller must have the same one, without it must have none.
 * A refusal's code is printed by the caller: SrtRejectCode or any of 1000..2999.
 */
export type SrtVerdict =
  | ({
      accept: true
      passphrase?: string | undefined
      onConnection(connection: SrtConnection): void
      /** The handshake broke all the same: another passphrase or cipher, or the server closes. `code` as in a refusal. */
      onRefused?(code: number): void
    } & SrtTuning)
  | { accept: false; code: SrtRejectCode | number }

export type SrtServerHandler = { onRequest(request: SrtRequest): SrtVerdict | Promise<SrtVerdict> }

/** Bounds against floods. */
export type SrtLimits = {
  connections: number
  connectionsPerAddress: number
  /** Requests whose verdict is awaited. */
  pending: number
  /** Conclusions looked at for each address. */
  handshakesPerSecond: number
  handshakeBurst: number
}

/** Roomy for people behind one address, and for an attacker a few percent of a core. */
export const defaultLimits: SrtLimits = {
  connections: 2_000,
  connectionsPerAddress: 250,
  pending: 256,
  handshakesPerSecond: 50,
  handshakeBurst: 300,
}

/** What a listener counts; `rejected` by code. */
export type ListenerCounters = {
  inductions: number
  conclusions: number
  badCookies: number
  throttled: number
  malformed: number
  accepted: number
  rejected: Record<number, number>
}

/** A reply is kept so long to answer the same conclusion again: callers repeat it every 250 ms. */
const REPLY_KEPT_MS = 3_000
/** A caller that has not repeated its conclusion for so long has given up: no connection is made for it. */
const CALLER_GONE_MS = 1_500
const MAX_REPLIES = 1_024
/** How often kept replies are looked through. */
const SWEEP_MS = 500

type Asking = { state: 'asking'; seenAtMs: number }
type Answered = { state: 'answered'; reply: Uint8Array; untilMs: number; connection: Connection | null }
type Request = { h: Handshake; terms: PeerTerms; address: string; port: number; key: string; timestampUs: number; arrivedAtMs: number }

/** The listener's half of the handshake: no state before a valid cookie, one decision for each caller. Spec: draft-sharabayko-srt-01 §4.3.1 */
export class Listener implements HandshakeSide {
  readonly counters: ListenerCounters = {
    inductions: 0,
    conclusions: 0,
    badCookies: 0,
    throttled: 0,
    malformed: 0,
    accepted: 0,
    rejected: {},
  }
  readonly #handler: SrtServerHandler
  readonly #defaults: SrtTuning
  readonly #limits: SrtLimits
  readonly #log: Logger
  readonly #nowMs: () => number
  readonly #cookies = new CookieJar()
  readonly #throttle: Throttle
  /** By address, port and the caller's socket id. */
  // bound: 1024 answers, the limit of pending callers and that of connections; swept once over
  readonly #asked = new Map<string, Asking | Answered>()
  #pending = 0
  #sweptAtMs = 0
  #isClosing = false
  #endpoint: Endpoint | null = null

  constructor(options: { handler: SrtServerHandler; defaults: SrtTuning; limits: SrtLimits; log: Logger; nowMs: () => number }) {
    this.#handler = options.handler
    this.#defaults = options.defaults
    this.#limits = options.limits
    this.#log = options.log
    this.#nowMs = options.nowMs
    this.#throttle = new Throttle({ perSecond: options.limits.handshakesPerSecond, burst: options.limits.handshakeBurst })
  }

  /** Must be called once, before the first packet. */
  attach(endpoint: Endpoint): void {
    this.#endpoint = endpoint
  }

  /** From now on every caller is refused. */
  stop(): void {
    this.#isClosing = true
  }

  onHandshake(packet: Uint8Array, address: string, port: number, nowMs: number): void {
    const h = readHandshake(packet)
    if (h === null) {
      this.counters.malformed++
      return
    }
    if (h.type === HandshakeType.induction) {
      this.#induct(h, address, port, nowMs)
      return
    }
    if (h.type !== HandshakeType.conclusion) {
      this.counters.malformed++
      return
    }
    this.counters.conclusions++
    if (!this.#cookies.isValid(h.cookie, address, port, nowMs)) {
      this.counters.badCookies++
      return
    }
    this.#conclude({ h, address, port, key: `${address}|${port}|${h.socketId}`, timestampUs: readTimestampUs(packet), arrivedAtMs: nowMs })
  }

  onTick(nowMs: number): number {
    const toSweepMs = this.#sweptAtMs + SWEEP_MS - nowMs
    if (toSweepMs > 0) return this.#asked.size > 0 ? toSweepMs : Number.POSITIVE_INFINITY
    this.#sweptAtMs = nowMs
    for (const [key, asked] of this.#asked) {
      const isOver =
        asked.state === 'answered' && asked.untilMs <= nowMs && (asked.connection === null || asked.connection.state === 'closed')
      if (isOver) this.#asked.delete(key)
    }
    return this.#asked.size > 0 ? SWEEP_MS : Number.POSITIVE_INFINITY
  }

  /** Answers with a cookie and forgets the caller: the reply is no larger than the question. Spec: draft-sharabayko-srt-01 §4.3.1.1 */
  #induct(h: Handshake, address: string, port: number, nowMs: number): void {
    this.counters.inductions++
    const reply: Handshake = {
      ...h,
      version: 5,
      keyLengthField: 0,
      extensionField: srtMagic,
      socketId: this.#endpoint!.makeSocketId(),
      cookie: this.#cookies.make(address, port, nowMs),
      peerAddress: addressField(address),
      extensions: [],
    }
    this.#endpoint!.send(writeHandshake({ timestampUs: timestampUs(nowMs, 0), destinationId: h.socketId }, reply), port, address)
  }

  #conclude(from: Omit<Request, 'terms'>): void {
    const { address, port, key, h, arrivedAtMs } = from
    const asked = this.#asked.get(key)
    if (asked?.state === 'asking') {
      asked.seenAtMs = arrivedAtMs
      return
    }
    if (asked?.state === 'answered') {
      this.#endpoint!.send(asked.reply, port, address)
      return
    }
    if (!this.#throttle.spend(address, arrivedAtMs)) {
      this.counters.throttled++
      return
    }
    const terms = this.#isClosing ? { reject: SrtRejectCode.closing } : (this.#limitOf(address) ?? readRequestTerms(h))
    if ('reject' in terms) {
      this.#reject(from, terms.reject)
      return
    }
    this.#ask({ ...from, terms })
  }

  #limitOf(address: string): { reject: SrtRejectCode } | null {
    if (this.#pending >= this.#limits.pending) return { reject: SrtRejectCode.backlog }
    const endpoint = this.#endpoint!
    const isFull = endpoint.size >= this.#limits.connections || endpoint.countFrom(address) >= this.#limits.connectionsPerAddress
    return isFull ? { reject: SrtRejectCode.overload } : null
  }

  #ask(request: Request): void {
    const { terms, address, port, key } = request
    let verdict: SrtVerdict | Promise<SrtVerdict>
    try {
      verdict = this.#handler.onRequest({
        ...parseStreamId(terms.streamId),
        streamId: terms.streamId,
        remoteAddress: plainAddress(address),
        remotePort: port,
        peerVersion: formatVersion(terms.hs.version),
        isEncrypted: terms.keys !== null,
      })
    } catch (error) {
      this.#fail(request, error)
      return
    }
    if (!(verdict instanceof Promise)) {
      this.#decide(request, verdict)
      return
    }
    const asking: Asking = { state: 'asking', seenAtMs: request.arrivedAtMs }
    this.#asked.set(key, asking)
    this.#pending++
    this.#endpoint!.wake()
    const settle = (act: () => void): void => {
      this.#pending--
      this.#asked.delete(key)
      if (this.#nowMs() - asking.seenAtMs <= CALLER_GONE_MS) act()
    }
    verdict.then(
      (given) => settle(() => this.#decide(request, given)),
      (error: unknown) => settle(() => this.#fail(request, error)),
    )
  }

  #fail(request: Request, error: unknown): void {
    this.#log.error({ err: error, remoteAddress: plainAddress(request.address) }, 'the decision on an SRT caller failed')
    this.#reject(request, SrtRejectCode.serverError)
  }

  #decide(request: Request, verdict: SrtVerdict): void {
    if (!verdict.accept) {
      this.#reject(request, verdict.code)
      return
    }
    if (this.#isClosing) {
      this.#reject(request, SrtRejectCode.closing)
      return
    }
    const tuning: SrtTuning = { ...this.#defaults, ...withoutUndefined(verdict) }
    const keys = openResponderKeys(verdict.passphrase, request.terms, keyRefreshOf(tuning))
    if (keys !== null && 'reject' in keys) {
      this.#reject(request, keys.reject)
      verdict.onRefused?.(keys.reject)
      return
    }
    this.#accept(request, tuning, keys, verdict.onConnection)
  }

  #accept(request: Request, tuning: SrtTuning, keys: KeyExchange | null, onConnection: (connection: SrtConnection) => void): void {
    const { h, terms, address, port, key } = request
    const endpoint = this.#endpoint!
    const nowMs = this.#nowMs()
    const local = localTerms(tuning)
    const latency = agreeLatency(local, terms.hs)
    const socketId = endpoint.makeSocketId()
    const extensions: Extension[] = [{ type: ExtensionType.hsRsp, body: writeOurHsExtension(latency) }]
    if (terms.keys !== null) extensions.push({ type: ExtensionType.kmRsp, body: terms.keys.message })
    const answer: Handshake = {
      ...h,
      version: 5,
      keyLengthField: keys === null ? 0 : keys.keyLengthBytes / 8,
      extensionField: ExtensionFlag.hsReq | (keys === null ? 0 : ExtensionFlag.kmReq),
      mssBytes: terms.mssBytes,
      flowWindowPackets: local.flowWindowPackets,
      socketId,
      peerAddress: addressField(address),
      extensions,
    }
    const startMs = request.arrivedAtMs
    const reply = writeHandshake({ timestampUs: timestampUs(nowMs, startMs), destinationId: h.socketId }, answer)
    const connection = endpoint.openConnection(
      { role: 'listener', remoteAddress: address, remotePort: port, streamId: terms.streamId },
      {
        ...sessionTuning(tuning),
        ...latency,
        localSocketId: socketId,
        peerSocketId: h.socketId,
        sendFirstSequence: terms.initialSequence,
        receiveFirstSequence: terms.initialSequence,
        startMs,
        peerTimestampUs: request.timestampUs,
        peerArrivedAtMs: request.arrivedAtMs,
        peerHasTooLateDrop: true,
        peerVersion: terms.hs.version,
        flowWindowPackets: terms.flowWindowPackets,
        mssBytes: terms.mssBytes,
        rttMs: null,
      },
      keys,
    )
    this.counters.accepted++
    this.#keep(key, { state: 'answered', reply, untilMs: nowMs + REPLY_KEPT_MS, connection })
    endpoint.send(reply, port, address)
    onConnection(connection)
  }

  #reject(request: Omit<Request, 'terms'>, code: number): void {
    const { h, address, port, key } = request
    const nowMs = this.#nowMs()
    this.counters.rejected[code] = (this.counters.rejected[code] ?? 0) + 1
    const answer: Handshake = { ...h, version: 5, type: HandshakeType.rejectBase + code, extensions: [] }
    const reply = writeHandshake({ timestampUs: timestampUs(nowMs, request.arrivedAtMs), destinationId: h.socketId }, answer)
    this.#keep(key, { state: 'answered', reply, untilMs: nowMs + REPLY_KEPT_MS, connection: null })
    this.#endpoint!.send(reply, port, address)
  }

  #keep(key: string, answered: Answered): void {
    // A flood of refusals must not fill memory; connections have their own limit and stay.
    if (this.#asked.size >= MAX_REPLIES + this.#limits.connections && answered.connection === null) return
    this.#asked.set(key, answered)
    this.#endpoint!.wake()
  }
}

/** A verdict that leaves a setting undefined does not override the server's default. */
function withoutUndefined(verdict: SrtTuning): SrtTuning {
  return Object.fromEntries(Object.entries(verdict).filter(([, value]) => value !== undefined))
}
