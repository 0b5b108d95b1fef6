import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock, Timer } from '@sluice/base/clock'
import { type Failure, SluiceError, WireError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { AmfObject } from './amf0/index.ts'
import type { EnhancedCapabilities } from './command/enhanced.ts'
import { defaultRtmpLimits, type RtmpLimits } from './limits.ts'
import { ClientCore, type ClientCoreHost } from './session/client-core.ts'
import { classifySocketError, closedFailure, type DialPhase, timeoutFailure } from './session/socket-failure.ts'
import type { RtmpCloseReason, RtmpSink } from './types.ts'
import { checkStreamKey, parseRtmpUrl, type RtmpUrl } from './url.ts'
import type { MediaKind } from './wire.ts'

/**
 * A server is asked to acknowledge each 256 KiB: at 2 Mbit/s and more it says once a second or oftener that it reads. Servers
 * round: ffmpeg acknowledges at half the window, nginx-rtmp at the whole.
 */
const publisherAckWindowBytes = 256 * 1024
const playerAckWindowBytes = 2_500_000
const connectTimeoutMs = 10_000

/** Where to, and how. Neither `url` nor `streamKey` is ever logged or put into a message. */
export type RtmpClientOptions = {
  /** `rtmp(s)://[user:password@]host[:port]/app`, without the key. */
  url: string
  /** Publish's or play's name, sent byte for byte, its own query included. White space is refused. */
  streamKey: string
  clock: Clock
  log: Logger
  tls?: { verify: boolean; ca?: string; servername?: string }
  localAddress?: string
  /** For all from the name's lookup to the server's yes. Default 10000. */
  connectTimeoutMs?: number
  /** Finds the address, and may refuse it by an error. */
  lookup?: LookupFunction
  /** Name our Enhanced RTMP codecs in connect. Default true. */
  enhanced?: boolean
  /** More properties for connect's object, after ours; same names win. */
  extras?: AmfObject
  /** A Unix socket to connect to instead of the URL's host and port. */
  socketPath?: string
  limits?: Partial<RtmpLimits>
}

export type RtmpPublisherOptions = RtmpClientOptions & {
  /** See RtmpPublisher.announceAckWindow. Default 262144. */
  ackWindowBytes?: number
  handler: {
    /** The server said yes: write. Once at most. */
    onReady(publisher: RtmpPublisher): void
    /** It is over, or never began; once, and not after our own `close`. */
    onClose(failure: Failure): void
  }
}

export type RtmpPlayerOptions = RtmpClientOptions & {
  /** Takes the media; its onClose comes once after the first message or after ready, our own `close` included. */
  sink: RtmpSink
  handler: { onReady?(player: RtmpPlayerClient): void; onClose(failure: Failure): void }
}

/** One publishing connection. Times are on the clock's monotonic scale. */
export interface RtmpPublisher {
  readonly messageStreamId: number
  /** What the server said of Enhanced RTMP; null when nothing. */
  readonly peer: EnhancedCapabilities | null
  /** Hands bytes of `writeMediaMessage` to the socket: they may be shared with other publishers. Before ready and after the end it does nothing. */
  write(wire: Uint8Array): void
  /** Bytes that the kernel has not taken yet. */
  readonly queuedBytes: number
  /** Bytes handed to the socket, the handshake's included. */
  readonly bytesSent: number
  /** Of these, what the kernel took. */
  readonly bytesFlushed: number
  /** Of these, what the server acknowledged. */
  readonly ackedBytes: number
  /** The server acknowledges at all: some never do. */
  readonly hasAcked: boolean
  readonly lastAckAtMs: number | null
  /** When an acknowledgement came or the kernel was last seen to take bytes. */
  readonly lastProgressAtMs: number
  /** Asks for an acknowledgement after each so many bytes from now on. */
  announceAckWindow(windowBytes: number): void
  /** FCUnpublish, deleteStream, FIN; no further call of the handler. */
  close(): void
}

/** One pulling connection. */
export interface RtmpPlayerClient {
  readonly messageStreamId: number
  readonly peer: EnhancedCapabilities | null
  readonly bytesReceived: number
  close(): void
}

/** Publishes to a server: looks the name up, connects, TLS, handshake, connect, createStream, publish. */
export function openRtmpPublisher(options: RtmpPublisherOptions): RtmpPublisher {
  return new Connection(options, {
    role: 'publish',
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
    ackWindowBytes: playerAckWindowBytes,
    onReady: (connection) => handler.onReady?.(connection),
    onMedia: (kind, timestampMs, body) => sink.onMessage(kind, timestampMs, body),
    onReadEnd: () => sink.onReadEnd?.(),
    onClose: (failure) => {
      sink.onClose(reasonOf(failure))
      if (failure !== null) handler.onClose(failure)
    },
  })
}

function reasonOf(failure: Failure | null): RtmpCloseReason {
  if (failure === null) return { kind: 'local', message: 'closed by us' }
  return { kind: failure.kind === 'remote-close' ? 'fin' : 'wire-error', code: failure.code, message: failure.message }
}

/** What publisher and player do differently with one connection. */
type ConnectionRole = {
  role: 'publish' | 'play'
  ackWindowBytes: number
  onReady(connection: Connection): void
  onMedia(kind: MediaKind, timestampMs: number, body: Uint8Array): void
  onReadEnd(): void
  /** Null: by our own `close`. */
  onClose(failure: Failure | null): void
}

class Connection implements RtmpPublisher, RtmpPlayerClient {
  readonly #options: RtmpClientOptions
  readonly #role: ConnectionRole
  readonly #limits: RtmpLimits
  #core: ClientCore | null = null
  #socket: Socket | null = null
  #phase: DialPhase = 'dns'
  #timer: Timer | null = null
  #isOver = false
  #bytesSent = 0
  #bytesReceived = 0
  #ackedBytes = 0
  #lastAckAtMs: number | null = null
  #seenFlushedBytes = 0
  #lastProgressAtMs: number

  constructor(options: RtmpClientOptions, role: ConnectionRole) {
    this.#options = options
    this.#role = role
    this.#limits = { ...defaultRtmpLimits, ...options.limits }
    this.#lastProgressAtMs = options.clock.nowMs()
    const timeoutMs = options.connectTimeoutMs ?? connectTimeoutMs
    this.#timer = options.clock.after(timeoutMs, () => this.#fail(timeoutFailure(this.#currentPhase(), timeoutMs)))
    try {
      checkStreamKey(options.streamKey)
      this.#dial(parseRtmpUrl(options.url))
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
    return this.#socket?.writableLength ?? 0
  }

  get bytesSent(): number {
    return this.#bytesSent
  }

  get bytesReceived(): number {
    return this.#bytesReceived
  }

  get bytesFlushed(): number {
    return this.#bytesSent - this.queuedBytes
  }

  get ackedBytes(): number {
    // Servers count the handshake or not, and round: never more than was sent.
    return Math.min(this.#ackedBytes, this.#bytesSent)
  }

  get hasAcked(): boolean {
    return this.#lastAckAtMs !== null
  }

  get lastAckAtMs(): number | null {
    return this.#lastAckAtMs
  }

  get lastProgressAtMs(): number {
    this.#noteProgress()
    return this.#lastProgressAtMs
  }

  write(wire: Uint8Array): void {
    if (this.#phase === 'live' && !this.#isOver) this.#send(wire)
  }

  announceAckWindow(windowBytes: number): void {
    this.#core?.announceAckWindow(windowBytes)
  }

  close(): void {
    if (this.#isOver) return
    this.#core?.close()
    this.#end()
    this.#socket?.end()
    this.#timer = this.#options.clock.after(this.#limits.lingerMs, () => this.#socket?.destroy())
    this.#role.onClose(null)
  }

  #dial(url: RtmpUrl): void {
    const { socketPath, localAddress, lookup, tls } = this.#options
    const place = {
      ...(socketPath === undefined ? { host: url.host, port: url.port } : { path: socketPath }),
      ...(localAddress === undefined ? {} : { localAddress }),
      ...(lookup === undefined ? {} : { lookup }),
      noDelay: true,
    }
    this.#phase = isIP(url.host) !== 0 || socketPath !== undefined ? 'tcp' : 'dns'
    const socket = url.isTls
      ? connectTls({
          ...place,
          rejectUnauthorized: tls?.verify ?? true,
          ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
          ...serverNameOf(tls?.servername ?? url.host),
        })
      : connectTcp(place)
    this.#socket = socket
    socket.on('lookup', (err: Error | null) => {
      if (!err) this.#phase = 'tcp'
    })
    socket.on('connect', () => {
      this.#phase = url.isTls ? 'tls' : 'handshake'
      if (!url.isTls) this.#onConnected(url)
    })
    socket.on('secureConnect', () => {
      this.#phase = 'handshake'
      this.#onConnected(url)
    })
    socket.on('data', (bytes: Uint8Array) => this.#onData(bytes))
    socket.on('error', (err) => this.#fail(classifySocketError(err, this.#currentPhase())))
    socket.on('end', () => this.#fail(closedFailure(this.#currentPhase(), 'the server closed the connection')))
    socket.on('close', () => {
      this.#fail(closedFailure(this.#currentPhase(), 'the connection was cut'))
      this.#timer?.cancel()
    })
  }

  #onConnected(url: RtmpUrl): void {
    const host: ClientCoreHost = {
      send: (wire) => this.#send(wire),
      onReady: () => this.#onReady(),
      onMedia: (kind, timestampMs, body) => this.#role.onMedia(kind, timestampMs, body),
      onAcknowledged: (receivedBytes) => this.#onAcknowledged(receivedBytes),
      onFailure: (failure) => this.#fail(failure),
      onReconnectRequest: () =>
        this.#options.log.info({ host: url.host }, 'the RTMP server asks for a new connection; going on with this one'),
    }
    this.#core = new ClientCore({
      role: this.#role.role,
      app: url.app,
      tcUrl: url.tcUrl,
      streamName: this.#options.streamKey,
      enhanced: this.#options.enhanced ?? true,
      extras: this.#options.extras ?? {},
      ackWindowBytes: this.#role.ackWindowBytes,
      limits: this.#limits,
      host,
    })
    this.#core.start()
  }

  #onReady(): void {
    this.#timer?.cancel()
    this.#phase = 'live'
    this.#lastProgressAtMs = this.#options.clock.nowMs()
    this.#role.onReady(this)
  }

  #onData(bytes: Uint8Array): void {
    if (this.#isOver) return
    this.#bytesReceived += bytes.length
    try {
      this.#core?.push(bytes)
    } catch (err) {
      if (!(err instanceof WireError)) this.#options.log.error({ err }, 'RTMP client failed by a fault of our own')
      this.#fail(wireFailure(err, this.#currentPhase()))
      return
    }
    this.#role.onReadEnd()
  }

  #send(wire: Uint8Array): void {
    const socket = this.#socket
    if (socket === null || socket.writableEnded || socket.destroyed) return
    this.#bytesSent += wire.length
    socket.write(wire)
    this.#noteProgress()
  }

  #onAcknowledged(receivedBytes: number): void {
    this.#ackedBytes = receivedBytes
    this.#lastAckAtMs = this.#options.clock.nowMs()
    this.#lastProgressAtMs = this.#lastAckAtMs
  }

  #noteProgress(): void {
    const flushedBytes = this.bytesFlushed
    if (flushedBytes === this.#seenFlushedBytes) return
    this.#seenFlushedBytes = flushedBytes
    this.#lastProgressAtMs = this.#options.clock.nowMs()
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
    this.#role.onClose(failure)
  }

  #end(): void {
    this.#isOver = true
    this.#timer?.cancel()
  }
}

/** A server name for TLS; addresses have none. */
const serverNameOf = (host: string): { servername?: string } => (isIP(host) === 0 ? { servername: host } : {})

/** What we were told to do can't be done: no retry will help. */
function settingFailure(err: unknown): Failure {
  const isKnown = err instanceof SluiceError
  const isKey = isKnown && err.code === 'RTMP_STREAM_KEY'
  return {
    kind: isKey ? 'auth' : 'dns',
    code: isKnown ? err.code : 'RTMP_DIAL',
    message: isKnown ? err.message : 'the connection could not be begun',
  }
}

/** The server broke the protocol. */
function wireFailure(err: unknown, phase: DialPhase): Failure {
  const isKnown = err instanceof WireError
  const message = isKnown ? err.message : 'an internal fault'
  return {
    kind: phase === 'live' ? 'remote-close' : 'handshake',
    code: isKnown ? err.code : 'RTMP_INTERNAL',
    message: `not RTMP as it should be: ${message}`,
  }
}
