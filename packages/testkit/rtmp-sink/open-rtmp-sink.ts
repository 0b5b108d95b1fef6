import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { type Clock, systemClock } from '@sluice/base/clock'
import { type Logger, silentLogger } from '@sluice/base/log'
import { type PublishRequest, type PublishVerdict, type RtmpCloseReason, type RtmpServerSession, serveRtmp } from '@sluice/protocols/rtmp'
import type { SinkBehaviour } from './behaviour.ts'
import { EmulatedWire } from './emulated-wire.ts'
import { type SinkMessage, SinkSession } from './sink-session.ts'
import { serveAsStranger } from './strangers.ts'

export type RtmpSinkOptions = {
  /** 0, the default, takes a free port. */
  readonly port?: number
  readonly host?: string
  /** With it the sink speaks RTMPS; `plain`: its URL says so, and no TLS is spoken there. */
  readonly tls?: { readonly cert: string | Uint8Array; readonly key: string | Uint8Array } | 'plain'
  readonly behaviour?: SinkBehaviour
  /** Keeps every message in its session. Default true. */
  readonly isRecording?: boolean
  readonly onSession?: (session: SinkSession) => void
  readonly onMessage?: (session: SinkSession, message: SinkMessage) => void
  readonly onClose?: (session: SinkSession, reason: RtmpCloseReason) => void
  readonly clock?: Clock
  readonly log?: Logger
}

/** A destination that takes RTMP or RTMPS publishers, counts and records what comes, and can behave badly. */
export type RtmpSinkServer = {
  readonly port: number
  /** Without a key. */
  readonly url: string
  /** For connections from now on; open ones keep theirs. */
  behaviour: SinkBehaviour
  /** All accepted publishers, oldest first. */
  readonly sessions: readonly SinkSession[]
  /** Connections so far, refused ones included. */
  readonly connectionsTotal: number
  /** Cuts all connections and stops listening. */
  close(): Promise<void>
}

/** Opens a destination emulator on 127.0.0.1. */
export async function openRtmpSink(options: RtmpSinkOptions = {}): Promise<RtmpSinkServer> {
  const { port = 0, host = '127.0.0.1', tls } = options
  const sessions: SinkSession[] = []
  const sockets = new Set<Socket>()
  const counts = { connections: 0, revoked: new Set<string>() }
  const onSocket = (socket: Socket): void => {
    socket.on('error', () => {}) // the session hears of it too; a mute one has none
    serve(socket, sink.behaviour, options, { sessions, revoked: counts.revoked })
  }
  const server =
    tls === undefined || tls === 'plain'
      ? createServer(onSocket)
      : createTlsServer({ cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) }, onSocket)
  // A failed or silent TLS handshake is only told, not closed.
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy())
  // Not by `onSocket`: over TLS that comes after the handshake, which may never be done.
  server.on('connection', (socket: Socket) => {
    counts.connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await listen(server, port, host)
  const address = server.address() as AddressInfo
  const sink: RtmpSinkServer = {
    port: address.port,
    url: `${tls === undefined ? 'rtmp' : 'rtmps'}://${host}:${address.port}/live`,
    behaviour: options.behaviour ?? { type: 'accept' },
    sessions,
    get connectionsTotal() {
      return counts.connections
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return sink
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

/** What the sink remembers from one connection to the next. */
type Memory = { readonly sessions: SinkSession[]; readonly revoked: Set<string> }

function serve(socket: Socket, behaviour: SinkBehaviour, options: RtmpSinkOptions, memory: Memory): void {
  const { clock = systemClock, log = silentLogger, isRecording = true, onSession } = options
  if (serveAsStranger(socket, behaviour, clock)) return
  const wire = wireFor(socket, behaviour, clock)
  const onPublish = (request: PublishRequest, session: RtmpServerSession): PublishVerdict => {
    const isRevoked = behaviour.type === 'revoke' && memory.revoked.has(request.name)
    if (behaviour.type === 'reject-auth' || isRevoked) return { accept: false, code: 'bad-key', description: 'the stream key is not valid' }
    if (behaviour.type === 'duplicate') return { accept: false, code: 'in-use', description: 'this stream is already being published' }
    if (behaviour.type === 'reject-publish') {
      socket.destroy()
      return { accept: false, code: 'refused', description: 'not now' }
    }
    const accepted = new SinkSession(request, {
      socket,
      session,
      isRecording,
      onMessage: options.onMessage,
      onClose: options.onClose,
      stall: () => (wire instanceof EmulatedWire ? wire.stall() : wire.pause()),
      nowMs: () => clock.nowMs(),
    })
    memory.sessions.push(accepted)
    misbehave(accepted, behaviour, clock, () => memory.revoked.add(request.name))
    onSession?.(accepted)
    return { accept: true, sink: accepted }
  }
  serveRtmp(wire, {
    clock,
    log,
    remoteAddress: socket.remoteAddress ?? '',
    remotePort: socket.remotePort ?? 0,
    handler: { onPublish, onPlay: () => ({ accept: false, code: 'not-found', description: 'nothing is played here' }) },
  })
}

function wireFor(socket: Socket, behaviour: SinkBehaviour, clock: Clock): Socket | EmulatedWire {
  const traits = { bytesPerSecond: null, latencyMs: 0, hasAcknowledgements: true }
  if (behaviour.type === 'slow') return new EmulatedWire(socket, { ...traits, bytesPerSecond: behaviour.bytesPerSecond }, clock)
  if (behaviour.type === 'late') return new EmulatedWire(socket, { ...traits, latencyMs: behaviour.latencyMs }, clock)
  if (behaviour.type === 'never-acknowledge') return new EmulatedWire(socket, { ...traits, hasAcknowledgements: false }, clock)
  return socket
}

function misbehave(session: SinkSession, behaviour: SinkBehaviour, clock: Clock, revoke: () => void): void {
  if (behaviour.type === 'stall') clock.after(behaviour.afterMs, () => session.stall())
  else if (behaviour.type === 'reset') clock.after(behaviour.afterMs, () => session.reset())
  else if (behaviour.type === 'half-close') clock.after(behaviour.afterMs, () => session.halfClose())
  else if (behaviour.type === 'close') clock.after(behaviour.afterMs, () => session.close('the event is over'))
  else if (behaviour.type === 'revoke') {
    clock.after(behaviour.afterMs, () => {
      revoke()
      session.close('the stream key was revoked')
    })
  }
}
