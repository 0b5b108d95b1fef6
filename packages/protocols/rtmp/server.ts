import type { Duplex } from 'node:stream'
import { plainAddress } from '@sluice/base/address'
import type { Clock, Timer } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import { takeReads } from '@sluice/protocols/socket'
import type { RtmpDump } from './dump.ts'
import { defaultRtmpLimits, type RtmpLimits } from './limits.ts'
import { ServerCore, type StreamRequest } from './session/server-core.ts'
import type {
  PlayVerdict,
  PublishRequest,
  PublishVerdict,
  RtmpCloseReason,
  RtmpPlayer,
  RtmpServerHandler,
  RtmpServerSession,
  RtmpServerStats,
} from './types.ts'

export type ServeRtmpOptions = {
  clock: Clock
  log: Logger
  handler: RtmpServerHandler
  limits?: Partial<RtmpLimits>
  /** For a socket that does not know its far end: a pair, or a proxied connection. */
  remoteAddress?: string
  remotePort?: number
  dump?: RtmpDump
  /** The peer has shown a key that opens something: it is no stranger any more. */
  onKnown?: () => void
}

/** Serves one accepted connection: net.Socket, tls.TLSSocket or any Duplex. The caller owns the listener; the session owns the socket. */
export function serveRtmp(socket: Duplex, options: ServeRtmpOptions): RtmpServerSession {
  return new ServerSession(socket, options)
}

/** The parts of net.Socket that a Duplex may lack. */
type NetParts = { remoteAddress?: string; remotePort?: number; setNoDelay?(on: boolean): void }

class ServerSession implements RtmpServerSession {
  readonly remoteAddress: string
  readonly #remotePort: number
  readonly #socket: Duplex
  readonly #options: ServeRtmpOptions
  readonly #limits: RtmpLimits
  readonly #core: ServerCore
  readonly #guard: Guard
  readonly #connectedAtMs: number
  #bytesReceived = 0
  #bytesSent = 0
  #player: RtmpPlayer | null = null
  #playVerdict: (PlayVerdict & { accept: true }) | null = null
  #timer: Timer | null = null
  #armedForMs = 0
  #isEnded = false

  constructor(socket: Duplex, options: ServeRtmpOptions) {
    const net = socket as NetParts
    this.#socket = socket
    this.#options = options
    this.#limits = { ...defaultRtmpLimits, ...options.limits }
    this.remoteAddress = options.remoteAddress ?? plainAddress(net.remoteAddress ?? '')
    this.#remotePort = options.remotePort ?? net.remotePort ?? 0
    this.#connectedAtMs = options.clock.nowMs()
    this.#guard = new Guard('an RTMP session', options.log, () => {
      socket.destroy()
      this.#core.close({ kind: 'local', code: 'RTMP_INTERNAL', message: 'an internal fault' })
    })
    const session = this
    this.#core = new ServerCore({
      limits: this.#limits,
      nowMs: this.#connectedAtMs,
      host: {
        send: (wire) => this.write(wire),
        outbox: {
          get sentBytes() {
            return session.#bytesSent
          },
          get queuedBytes() {
            return socket.writableLength
          },
        },
        onPublishRequest: (request) => this.#askPublish(request),
        onPlayRequest: (request) => this.#askPlay(request),
        onPlayReady: (messageStreamId) => this.#onPlayReady(messageStreamId),
        onPlayEnd: (reason) => this.#onPlayEnd(reason),
        onEnd: (reason) => this.#onEnd(reason),
      },
    })
    net.setNoDelay?.(true)
    if (!takeReads(socket, (bytes) => this.#onRead(bytes))) this.#guard.on(socket, 'data', (bytes: Uint8Array) => this.#onData(bytes))
    this.#guard.on(socket, 'end', () => this.#core.close({ kind: 'fin', message: 'the peer closed the connection' }))
    this.#guard.on(socket, 'error', (err: Error) => this.#core.close({ kind: 'reset', message: `the connection broke: ${codeOf(err)}` }))
    this.#guard.on(socket, 'close', () => this.#onSocketClose())
    this.#arm()
  }

  get stats(): RtmpServerStats {
    return {
      state: this.#core.state,
      connectedAtMs: this.#connectedAtMs,
      bytesReceived: this.#bytesReceived,
      bytesSent: this.#bytesSent,
    }
  }

  close(message: string): void {
    this.#core.close({ kind: 'local', message })
  }

  /** What the Guard does for listeners, without a closure for each read. */
  #onRead(bytes: Uint8Array): void {
    try {
      this.#onData(bytes)
    } catch (err) {
      this.#guard.fault(err)
    }
  }

  #onData(bytes: Uint8Array): void {
    const nowMs = this.#options.clock.nowMs()
    this.#bytesReceived += bytes.length
    this.#options.dump?.('in', bytes, nowMs)
    try {
      this.#core.push(bytes, nowMs)
    } catch (err) {
      this.#onFault(err)
    }
    // What is due moves on with every read, which the timer finds out by itself; only what is due sooner must be told.
    if (this.#core.state !== 'closed' && this.#core.dueMs < this.#armedForMs) this.#arm()
  }

  /** What the peer did wrong ends its session; what we did wrong ends it too, and is logged as ours. */
  #onFault(err: unknown): void {
    if (err instanceof SluiceError && err.blame === 'peer') {
      this.#core.close({ kind: 'wire-error', code: err.code, message: err.message })
      return
    }
    this.#options.log.error({ err, remoteAddress: this.remoteAddress }, 'RTMP session failed by a fault of our own')
    this.#core.close({ kind: 'local', code: 'RTMP_INTERNAL', message: 'an internal fault' })
  }

  /** Answers of the session, and the media of a player. */
  write(wire: Uint8Array): void {
    if (this.#socket.writableEnded || this.#socket.destroyed) return
    this.#options.dump?.('out', wire, this.#options.clock.nowMs())
    this.#bytesSent += wire.length
    this.#socket.write(wire)
  }

  #requestOf(request: StreamRequest): PublishRequest {
    const { app, name, query, connect } = request
    return {
      app,
      name,
      query,
      tcUrl: connect.tcUrl,
      remoteAddress: this.remoteAddress,
      remotePort: this.#remotePort,
      encoder: connect.flashVersion,
      enhanced: connect.enhanced,
      extras: connect.properties,
    }
  }

  #askPublish(request: StreamRequest): void {
    this.#ask(
      () => this.#options.handler.onPublish(this.#requestOf(request), this),
      (verdict: PublishVerdict) => {
        if (verdict.accept) this.#options.onKnown?.()
        this.#core.answerPublish(verdict)
      },
      { accept: false, code: 'refused', description: 'The server failed to decide.' },
    )
  }

  #askPlay(request: StreamRequest): void {
    this.#ask(
      () => this.#options.handler.onPlay(this.#requestOf(request), this),
      (verdict: PlayVerdict) => {
        if (verdict.accept) {
          this.#playVerdict = verdict
          this.#options.onKnown?.()
        }
        this.#core.answerPlay(verdict)
      },
      { accept: false, code: 'refused', description: 'The server failed to decide.' },
    )
  }

  /** Gets a verdict now or later. Reading stops while it is out, so that a peer can't fill memory meanwhile. */
  #ask<V>(decide: () => V | Promise<V>, answer: (verdict: V) => void, fallback: V): void {
    const onError = (err: unknown): V => {
      this.#options.log.error({ err, remoteAddress: this.remoteAddress }, 'RTMP publish or play could not be decided')
      return fallback
    }
    let verdict: V | Promise<V>
    try {
      verdict = decide()
    } catch (err) {
      verdict = onError(err)
    }
    if (!(verdict instanceof Promise)) {
      answer(verdict)
      return
    }
    this.#socket.pause()
    void verdict.catch(onError).then((late) => {
      try {
        answer(late)
      } catch (err) {
        this.#onFault(err) // bytes that waited are read from inside the answer
      }
      this.#socket.resume()
    })
  }

  #onPlayReady(messageStreamId: number): void {
    const player = new ServedPlayer(this, this.#socket, messageStreamId, this.#core.enhanced)
    this.#player = player
    this.#playVerdict?.onReady(player)
    this.#playVerdict = null
  }

  #onPlayEnd(reason: RtmpCloseReason): void {
    const player = this.#player
    this.#player = null
    player?.onClose(reason)
  }

  /** One timer, re-armed at what is due next: a busy session does not touch it at each read. */
  #arm(): void {
    this.#timer?.cancel()
    this.#armedForMs = this.#core.dueMs
    const delayMs = Math.max(1, this.#armedForMs - this.#options.clock.nowMs())
    this.#timer = this.#options.clock.after(
      delayMs,
      this.#guard.wrap(() => {
        this.#core.tick(this.#options.clock.nowMs())
        if (this.#core.state !== 'closed') this.#arm()
      }),
    )
  }

  /** Sends what is left, then closes. Reads on and throws away until the peer closes: unread bytes would turn our FIN into a RST that eats our last words. */
  #onEnd(reason: RtmpCloseReason): void {
    this.#timer?.cancel()
    this.#options.log.debug(
      { kind: reason.kind, code: reason.code, remoteAddress: this.remoteAddress },
      `RTMP session ended: ${reason.message}`,
    )
    if (reason.kind === 'reset') {
      this.#socket.destroy()
      return
    }
    this.#socket.end()
    this.#socket.resume()
    this.#timer = this.#options.clock.after(this.#limits.lingerMs, () => this.#socket.destroy())
  }

  #onSocketClose(): void {
    this.#core.close({ kind: 'reset', message: 'the connection was cut' })
    this.#timer?.cancel()
    if (this.#isEnded) return
    this.#isEnded = true
    this.#options.handler.onSessionEnd?.(this)
  }
}

/** A player as a fan-out sees it: all of one shape. */
class ServedPlayer implements RtmpPlayer {
  readonly messageStreamId: number
  readonly enhanced: RtmpPlayer['enhanced']
  onClose: RtmpPlayer['onClose'] = () => {}
  readonly #session: ServerSession
  readonly #socket: Duplex

  constructor(session: ServerSession, socket: Duplex, messageStreamId: number, enhanced: RtmpPlayer['enhanced']) {
    this.#session = session
    this.#socket = socket
    this.messageStreamId = messageStreamId
    this.enhanced = enhanced
  }

  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  write(wire: Uint8Array): void {
    this.#session.write(wire)
  }

  close(message: string): void {
    this.#session.close(message)
  }
}

const codeOf = (err: unknown): string =>
  err instanceof Error && 'code' in err && typeof err.code === 'string' ? err.code : 'unknown error'
