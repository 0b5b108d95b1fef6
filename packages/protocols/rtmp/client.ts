// long because: one owner of a connection, from the dial over redirects and challenges to its end.
import { connect as connectTcp, isIP, type Socket, type TcpNetConnectOpts } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import type { Timer } from '@sluice/base/clock'
import { type Failure, WireError } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import { type Descriptor, descriptorOf, freeDescriptor, writeAtOnce, writeRest, writeUnderWayBytes } from '@sluice/protocols/socket'
import type {
  RtmpClientOptions,
  RtmpPlayerClient,
  RtmpPlayerOptions,
  RtmpPublisher,
  RtmpPublisherOptions,
  SocketEnds,
} from './client-types.ts'
import { answerAuthChallenge } from './command/authmod.ts'
import type { EnhancedCapabilities } from './command/enhanced.ts'
import { formatVisit, planRedirect, readRedirect } from './command/redirect.ts'
import type { Status } from './command/status.ts'
import { unpredictableBytes } from './handshake/crypto.ts'
import { defaultRtmpLimits, type RtmpLimits } from './limits.ts'
import { ClientCore } from './session/client-core.ts'
import { failureWhereSent, internalFailure, reasonOf, redirectFailure, settingFailure, wireFailure } from './session/own-failure.ts'
import { SendProgress } from './session/send-progress.ts'
import { classifySocketError, closedFailure, type DialPhase, timeoutFailure } from './session/socket-failure.ts'
import { checkStreamKey, parseRtmpUrl, type RtmpUrl } from './url.ts'
import type { MediaKind } from './wire.ts'

/**
 * A server is asked to acknowledge each 256 KiB until the publisher knows its rate and asks for another window. Servers round: ffmpeg
 * acknowledges at half the window, nginx-rtmp at the whole.
 */
export const publisherAckWindowBytes = 256 * 1024
const playerAckWindowBytes = 2_500_000
const defaultConnectTimeoutMs = 10_000
/** A host with several addresses: how long one is tried before the next. Node's own 250 ms is less than a far round trip with one loss. */
const addressAttemptMs = 1500
/** Reads go into one buffer per connection that is used again: a publisher reads nothing but acknowledgements, a player reads media. */
const readBufferBytes = { publish: 4096, play: 65_536 } as const
/** An option of all streams that the types of `connect` lack. Nobody waits for a drain: by default a key frame to hundreds of outputs makes hundreds of them. */
const rareDrains = { writableHighWaterMark: 1024 * 1024 } as const
/** Adobe's authmod takes three connections: no answer, who we are, our answer. */
const maxAuthTries = 2

/** Publishes to a server: looks the name up, connects, TLS, handshake, connect, createStream, publish. */
export function openRtmpPublisher(options: RtmpPublisherOptions): RtmpPublisher {
  return new Connection(options, {
    role: 'publish',
    onlyConnect: options.onlyConnect ?? false,
    ackWindowBytes: options.ackWindowBytes ?? publisherAckWindowBytes,
    onReady: (connection) => options.handler.onReady(connection),
    onMedia: () => {},
    onReadEnd: () => {},
    onClose: (failure) => failure !== null && options.handler.onClose(failure),
  })
}

/** Pulls from a server: media goes to the sink. */
export function openRtmpPlayer(options: RtmpPlayerOptions): RtmpPlayerClient {
  const { sink, handler } = options
  return new Connection(options, {
    role: 'play',
    onlyConnect: false,
    ackWindowBytes: playerAckWindowBytes,
    ...(options.idleTimeoutMs === undefined ? {} : { idleTimeoutMs: options.idleTimeoutMs }),
    onReady: (connection) => handler.onReady?.(connection),
    onMedia: (kind, timestampMs, body) => sink.onMessage(kind, timestampMs, body),
    onReadEnd: () => sink.onReadEnd?.(),
    onLeftOut: (what, name) => sink.onLeftOut?.(what, name),
    onClose: (failure) => {
      sink.onClose(reasonOf(failure))
      if (failure !== null) handler.onClose(failure)
    },
  })
}

/** What publisher and player do differently with one connection. */
type ConnectionRole = {
  role: 'publish' | 'play'
  onlyConnect: boolean
  ackWindowBytes: number
  idleTimeoutMs?: number
  onReady(connection: Connection): void
  onMedia(kind: MediaKind, timestampMs: number, body: Uint8Array): void
  onReadEnd(): void
  onLeftOut?(what: 'broken' | 'unknown', name: string): void
  /** Null: by our own `close`. */
  onClose(failure: Failure | null): void
}

class Connection implements RtmpPublisher, RtmpPlayerClient {
  // First and together, what a write looks at: with hundreds of outputs none of it is in the processor's cache any more.
  /** The socket while media may be written to it. */
  #mediaSocket: Socket | null = null
  #sentBytes = 0
  /** Its socket's, without TLS: what is written goes there. */
  #descriptor: Descriptor | null = null
  readonly #dump: RtmpClientOptions['dump']
  readonly #options: RtmpClientOptions
  readonly #role: ConnectionRole
  readonly #limits: RtmpLimits
  readonly #guard: Guard
  #progress: SendProgress
  #core: ClientCore | null = null
  #socket: Socket | null = null
  #phase: DialPhase = 'dns'
  #timer: Timer | null = null
  #isOver = false
  #bytesReceived = 0
  #readyAtMs = 0
  #authTries = 0
  /** Places of this connection, the first included. */
  // bound: `maxRedirects` and the first
  readonly #visited: string[] = []
  #sentTo: string | null = null
  #lastByteMs = 0
  #hasMedia = false
  #hasAskedAnew = false
  #remoteAddress = ''

  constructor(options: RtmpClientOptions, role: ConnectionRole) {
    this.#dump = options.dump
    this.#options = options
    this.#role = role
    this.#limits = { ...defaultRtmpLimits, ...options.limits }
    this.#guard = new Guard('an RTMP connection of ours', options.log, () => this.#fail(internalFailure))
    this.#progress = new SendProgress(options.clock.nowMs())
    const timeoutMs = options.connectTimeoutMs ?? defaultConnectTimeoutMs
    this.#timer = options.clock.after(
      timeoutMs,
      this.#guard.wrap(() => this.#fail(timeoutFailure(this.#currentPhase(), timeoutMs))),
    )
    try {
      checkStreamKey(options.streamKey)
      const url = parseRtmpUrl(options.url)
      this.#visited.push(formatVisit(url))
      this.#dial(url, '')
    } catch (err) {
      // Later, so that the caller has the connection in hand when it hears of its end.
      queueMicrotask(() => this.#fail(settingFailure(err)))
    }
  }

  get messageStreamId(): number {
    return this.#core?.messageStreamId ?? 0
  }

  get peer(): EnhancedCapabilities | null {
    return this.#core?.peer ?? null
  }

  get queuedBytes(): number {
    const socket = this.#mediaSocket ?? this.#socket
    return socket === null ? 0 : socket.writableLength
  }

  get bytesSent(): number {
    return this.#sentBytes
  }

  get bytesReceived(): number {
    return this.#bytesReceived
  }

  get remoteAddress(): string {
    return this.#remoteAddress
  }

  get sentTo(): string | null {
    return this.#sentTo
  }

  get bytesFlushed(): number {
    return this.#sentBytes - this.queuedBytes
  }

  get ackedBytes(): number {
    return Math.min(this.#progress.ackedBytes, this.#sentBytes)
  }

  get hasAcked(): boolean {
    return this.#progress.lastAckAtMs !== null
  }

  get lastAckAtMs(): number | null {
    return this.#progress.lastAckAtMs
  }

  get lastProgressAtMs(): number {
    this.#seeQueue()
    return this.#progress.lastProgressAtMs
  }

  get ends(): SocketEnds | null {
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket ?? {}
    if (localAddress === undefined || localPort === undefined || remoteAddress === undefined || remotePort === undefined) return null
    return { localAddress, localPort, remoteAddress, remotePort }
  }

  /** Outputs x frames a second: neither the clock nor the queue is looked at here, that is for who judges progress. */
  write(wire: Uint8Array): void {
    const socket = this.#mediaSocket
    if (socket === null) return
    if (this.#dump !== undefined) this.#dump('out', wire, this.#options.clock.nowMs())
    this.#sentBytes += wire.length
    if (this.#descriptor === null) socket.write(wire)
    else writeAtOnce(socket, this.#descriptor, wire)
  }

  get directFd(): number {
    const socket = this.#mediaSocket
    if (socket === null || this.#descriptor === null || this.#dump !== undefined) return -1
    return freeDescriptor(socket, this.#descriptor)
  }

  afterDirect(wire: Uint8Array, takenBytes: number): void {
    this.#sentBytes += wire.length
    if (takenBytes < wire.length && this.#mediaSocket !== null) writeRest(this.#mediaSocket, wire, takenBytes)
  }

  announceAckWindow(windowBytes: number): void {
    this.#core?.announceAckWindow(windowBytes)
  }

  close(): void {
    if (this.#isOver) return
    const canHear = this.#phase === 'live'
    this.#core?.close()
    this.#end()
    if (canHear) {
      this.#socket?.end()
      this.#timer = this.#options.clock.after(this.#limits.lingerMs, () => this.#socket?.destroy())
    } else {
      this.#socket?.destroy()
    }
    this.#role.onClose(null)
  }

  abort(): void {
    if (this.#isOver) return
    this.#end()
    this.#socket?.destroy()
    this.#role.onClose(null)
  }

  /** `appSuffix`: the answer to an authmod challenge, for app and tcUrl. */
  #dial(url: RtmpUrl, appSuffix: string): void {
    this.#phase = isIP(url.host) !== 0 || this.#options.socketPath !== undefined ? 'tcp' : 'dns'
    this.#core = null
    this.#sentBytes = 0
    this.#descriptor = null
    this.#progress = new SendProgress(this.#options.clock.nowMs())
    const socket = this.#openSocket(url)
    this.#socket = socket
    const guard = this.#guard
    guard.on(socket, 'lookup', (err: Error | null) => {
      if (!err && this.#phase === 'dns') this.#phase = 'tcp'
    })
    guard.on(socket, 'connect', () => {
      this.#remoteAddress = socket.remoteAddress ?? ''
      this.#phase = url.isTls ? 'tls' : 'handshake'
      if (!url.isTls) this.#startCore(url, appSuffix)
    })
    guard.on(socket, 'secureConnect', () => {
      this.#phase = 'handshake'
      this.#startCore(url, appSuffix)
    })
    guard.on(socket, 'error', (err: Error) => this.#fail(classifySocketError(err, this.#currentPhase(), this.#liveMs())))
    guard.on(socket, 'end', () => this.#fail(closedFailure(this.#currentPhase(), 'the server closed the connection', this.#liveMs())))
    guard.on(socket, 'close', () => {
      if (socket !== this.#socket) return
      this.#fail(closedFailure(this.#currentPhase(), 'the connection was cut', this.#liveMs()))
      this.#timer?.cancel()
    })
  }

  #openSocket(url: RtmpUrl): Socket {
    const { socketPath, localAddress, lookup, tls } = this.#options
    // A name that was given for the certificate is that of the first server.
    const servername = this.#sentTo === null ? tls?.servername : undefined
    const options = {
      ...(socketPath === undefined ? { host: url.host, port: url.port } : { path: socketPath }),
      ...(localAddress === undefined ? {} : { localAddress }),
      ...(lookup === undefined ? {} : { lookup }),
      noDelay: true,
      ...rareDrains,
      autoSelectFamilyAttemptTimeout: addressAttemptMs,
      onread: {
        buffer: Buffer.allocUnsafeSlow(readBufferBytes[this.#role.role]),
        callback: (byteCount: number, buffer: Uint8Array): boolean => this.#onRead(byteCount, buffer),
      },
    } as TcpNetConnectOpts // host and port, or path: the two forms of one call
    if (!url.isTls) return connectTcp(options)
    return connectTls({
      ...options,
      rejectUnauthorized: tls?.verify ?? true,
      ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls?.secureContext === undefined ? {} : { secureContext: tls.secureContext }),
      // A server name for TLS; addresses have none.
      ...(isIP(servername ?? url.host) === 0 ? { servername: servername ?? url.host } : {}),
    })
  }

  #startCore(url: RtmpUrl, appSuffix: string): void {
    const connection = this
    this.#core = new ClientCore({
      role: this.#role.role,
      app: url.app + appSuffix,
      tcUrl: url.tcUrl + appSuffix,
      streamName: this.#options.streamKey,
      enhanced: this.#options.enhanced ?? true,
      extras: this.#options.extras ?? {},
      ackWindowBytes: this.#role.ackWindowBytes,
      onlyConnect: this.#role.onlyConnect,
      limits: this.#limits,
      host: {
        send: (wire) => this.#send(wire),
        outbox: {
          get sentBytes() {
            return connection.bytesSent
          },
          get queuedBytes() {
            return connection.queuedBytes
          },
        },
        onReady: () => this.#onReady(),
        onMedia: (kind, timestampMs, body) => {
          this.#hasMedia = true
          this.#role.onMedia(kind, timestampMs, body)
        },
        onLeftOut: (what, name) => this.#role.onLeftOut?.(what, name),
        onAcknowledged: (receivedBytes) => this.#progress.onAcknowledged(receivedBytes, this.#options.clock.nowMs()),
        onFailure: (failure, status) => this.#onRefused(failure, status, url),
        onReconnectRequest: () => this.#onReconnectRequest(url.host),
      },
    })
    this.#core.start()
  }

  /** A server that sends us on refuses us, and so does one that wants user and password: try again there, or with the answer. */
  #onRefused(failure: Failure, status: Status, url: RtmpUrl): void {
    const to = this.#phase === 'live' || this.#options.socketPath !== undefined ? null : readRedirect(status)
    if (to === null) this.#onChallenged(failure, status, url)
    else this.#follow(to, url)
  }

  #follow(to: string, from: RtmpUrl): void {
    const { streamKey, refuseHost } = this.#options
    const plan = planRedirect(from, to, { streamKey, visited: this.#visited, refuseHost })
    if ('refused' in plan) {
      this.#fail(redirectFailure(plan.refused))
      return
    }
    this.#visited.push(formatVisit(plan.url))
    this.#sentTo = plan.place
    this.#authTries = 0
    this.#redial(plan.url, '')
  }

  /** A server that wants user and password refuses the first connections: try again with the answer while there is one. */
  #onChallenged(failure: Failure, status: Status, url: RtmpUrl): void {
    const { user, password } = url
    const isAsked = user !== null && password !== null && this.#authTries < maxAuthTries
    const nonce = isAsked ? Buffer.from(unpredictableBytes(4)).toString('hex') : ''
    const suffix = isAsked ? answerAuthChallenge(status.description, url.app, { user, password, nonce }) : null
    if (suffix === null) {
      this.#fail(failure)
      return
    }
    this.#authTries++
    this.#redial(url, suffix)
  }

  #redial(url: RtmpUrl, suffix: string): void {
    const old = this.#socket
    this.#socket = null
    this.#mediaSocket = null
    old?.removeAllListeners()
    if (old !== null) this.#guard.on(old, 'error', ignore) // of no interest any more, but an error without listener ends the process
    old?.destroy()
    this.#dial(url, suffix)
  }

  #onReconnectRequest(host: string): void {
    if (this.#hasAskedAnew) return
    this.#hasAskedAnew = true
    this.#options.log.info({ host }, 'the RTMP server asks for a new connection; the current one stays open')
  }

  #onReady(): void {
    this.#timer?.cancel()
    this.#phase = 'live'
    this.#readyAtMs = this.#options.clock.nowMs()
    this.#progress.restart(this.#readyAtMs)
    this.#mediaSocket = this.#socket
    this.#descriptor = this.#socket === null || this.#socket instanceof TLSSocket ? null : descriptorOf(this.#socket)
    const { idleTimeoutMs } = this.#role
    if (idleTimeoutMs !== undefined) this.#watchIdle(idleTimeoutMs, idleTimeoutMs)
    this.#role.onReady(this)
  }

  /** One timer looks again when the silence would be over its limit: no timer for each read. */
  #watchIdle(limitMs: number, afterMs: number): void {
    const { clock } = this.#options
    const look = this.#guard.wrap(() => {
      const leftMs = limitMs - (clock.nowMs() - this.#lastByteMs)
      if (leftMs > 0) this.#watchIdle(limitMs, leftMs)
      else this.#fail({ kind: 'stall', code: 'RTMP_IDLE', message: `the server sent nothing for ${limitMs / 1000} s` })
    })
    this.#timer = clock.after(afterMs, look)
  }

  /** How long the server has had our stream, or we its: a server that gave media has not refused. */
  #liveMs(): number {
    return this.#hasMedia ? Number.POSITIVE_INFINITY : this.#options.clock.nowMs() - this.#readyAtMs
  }

  /** What the Guard does for listeners, without a closure for each read. */
  #onRead(byteCount: number, buffer: Uint8Array): boolean {
    try {
      this.#onData(buffer.subarray(0, byteCount))
    } catch (err) {
      this.#guard.fault(err)
    }
    return true
  }

  #onData(bytes: Uint8Array): void {
    if (this.#isOver) return
    this.#bytesReceived += bytes.length
    this.#lastByteMs = this.#options.clock.nowMs()
    this.#dump?.('in', bytes, this.#lastByteMs)
    try {
      this.#core?.push(bytes, this.#lastByteMs)
    } catch (err) {
      if (!(err instanceof WireError)) this.#options.log.error({ err }, 'the RTMP client failed because of a fault in Sluice')
      this.#fail(wireFailure(err, this.#currentPhase()))
      return
    }
    this.#role.onReadEnd()
  }

  #send(wire: Uint8Array): void {
    const socket = this.#socket
    if (socket === null || socket.writableEnded || socket.destroyed) return
    this.#dump?.('out', wire, this.#options.clock.nowMs())
    this.#sentBytes += wire.length
    socket.write(wire)
  }

  #seeQueue(): void {
    const underWayBytes = this.#socket === null ? 0 : writeUnderWayBytes(this.#socket)
    this.#progress.onQueueSeen(this.bytesFlushed, underWayBytes, this.#options.clock.nowMs())
  }

  #currentPhase(): DialPhase {
    const state = this.#core?.state
    if (state === 'connecting' || state === 'creating') return 'connect'
    return state === 'starting' ? 'start' : this.#phase
  }

  #fail(failure: Failure): void {
    if (this.#isOver) return
    this.#end()
    this.#socket?.destroy()
    this.#role.onClose(this.#sentTo === null ? failure : failureWhereSent(failure, this.#sentTo))
  }

  #end(): void {
    this.#isOver = true
    this.#mediaSocket = null
    this.#timer?.cancel()
  }
}

const ignore = (): void => {}
