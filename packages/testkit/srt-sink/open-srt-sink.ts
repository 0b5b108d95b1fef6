import { type Clock, systemClock } from '@sluice/base/clock'
import { type Logger, silentLogger } from '@sluice/base/log'
import { openDgramSocket, openSrtServerOn, type SrtConnection, type SrtRequest, type SrtVerdict } from '@sluice/protocols/srt'
import type { SrtSinkBehaviour } from './behaviour.ts'
import { EmulatedDatagrams } from './emulated-datagrams.ts'
import { SrtSinkSession } from './srt-sink-session.ts'

export type SrtSinkOptions = {
  /** 0, the default, takes a free port. */
  readonly port?: number
  readonly host?: string
  /** Callers must have the same one; without it they must have none. */
  readonly passphrase?: string
  /** Of what is received. Default 120. */
  readonly latencyMs?: number
  readonly behaviour?: SrtSinkBehaviour
  readonly onSession?: (session: SrtSinkSession) => void
  readonly onPayload?: (session: SrtSinkSession, payload: Uint8Array) => void
  readonly onClose?: (session: SrtSinkSession) => void
  readonly clock?: Clock
  readonly log?: Logger
}

/** A destination that takes SRT callers, counts what comes, and can behave badly. */
export type SrtSinkServer = {
  readonly port: number
  readonly url: string
  /** For callers from now on; those that are in keep theirs. */
  behaviour: SrtSinkBehaviour
  /** All accepted callers, oldest first. */
  readonly sessions: readonly SrtSinkSession[]
  /** Callers so far, refused and unanswered ones included. */
  readonly connectionsTotal: number
  close(): Promise<void>
}

/** Opens an SRT destination emulator on 127.0.0.1. */
export async function openSrtSink(options: SrtSinkOptions = {}): Promise<SrtSinkServer> {
  const { clock = systemClock, log = silentLogger, host = '127.0.0.1', passphrase, latencyMs = 120 } = options
  const sessions: SrtSinkSession[] = []
  const socket = await openDgramSocket({ host, port: options.port ?? 0, log })
  const wire = new EmulatedDatagrams(socket, clock, () => sink.behaviour)
  const onRequest = ({ remoteAddress, remotePort }: SrtRequest): SrtVerdict => {
    const behaviour = wire.behaviourFor(remoteAddress, remotePort)
    if (behaviour.type === 'reject') return { accept: false, code: behaviour.code }
    return { accept: true, latencyMs, ...(passphrase === undefined ? {} : { passphrase }), onConnection }
  }
  const onConnection = (connection: SrtConnection): void => {
    const session: SrtSinkSession = new SrtSinkSession(connection, {
      onPayload: (payload) => options.onPayload?.(session, payload),
      onClose: () => options.onClose?.(session),
    })
    sessions.push(session)
    const { remoteAddress, remotePort } = connection
    const behaviour = wire.behaviourFor(remoteAddress, remotePort)
    if (behaviour.type === 'close') clock.after(behaviour.afterMs, () => session.close())
    else if (behaviour.type === 'stall' || behaviour.type === 'vanish') {
      clock.after(behaviour.afterMs, () => wire.cut(remoteAddress, remotePort))
    }
    options.onSession?.(session)
  }
  const server = openSrtServerOn(wire, { clock, log, handler: { onRequest } })
  const sink: SrtSinkServer = {
    port: server.port,
    url: `srt://${host}:${server.port}`,
    behaviour: options.behaviour ?? { type: 'accept' },
    sessions,
    get connectionsTotal() {
      return wire.peersTotal
    },
    close() {
      for (const session of sessions) session.close()
      return server.close()
    },
  }
  return sink
}
