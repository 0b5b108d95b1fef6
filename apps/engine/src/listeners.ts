import { readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import type { Seat, SocketAdmission } from '@sluice/base/admission'
import type { Clock } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import { acceptedSocket } from '@sluice/base/http'
import type { Logger } from '@sluice/base/log'
import { serveRtmp } from '@sluice/protocols/rtmp'
import { readDirectly } from '@sluice/protocols/socket'
import { openSrtServer, type SrtServer } from '@sluice/protocols/srt'
import { descriptorLimit, mediaHttpSeats, openAdmissions } from './connection-limits.ts'
import type { PublisherAdmissionParts } from './inputs/index.ts'
import { type RtmpWire, rtmpDoor } from './rtmp-door.ts'
import { rtmpsListener } from './rtmps-listener.ts'
import { srtDoor } from './srt-door.ts'
import { onUsableHost } from './usable-host.ts'
import { httpRelayPath, type MediaHttpParts, mediaHttpServer, mediaLimits, type ViewerAdmissionParts } from './viewers/index.ts'

export type ListenOptions = {
  readonly host: string
  readonly rtmpPort: number
  readonly rtmpsPort: number
  readonly srtPort: number
  readonly mediaHttpPort: number
  readonly tlsCertFile: string | null
  readonly tlsKeyFile: string | null
  /** Where other engines of this machine reach this one. */
  readonly relayPath: string
  /** More than one engine shares the ports: the kernel spreads the connections. */
  readonly sharesPorts: boolean
  readonly clock: Clock
  readonly log: Logger
  /** How many files the process may open; absent: as the system says. */
  readonly descriptors?: number | undefined
}

export type Listeners = { readonly ports: { rtmp: number; rtmps: number | null; srt: number; mediaHttp: number }; close(): void }

/** A request whose handler throws is cut by itself: without an answer its player would wait, and the throw would be nobody's. */
function guardRequests(server: Server, log: Logger): void {
  const handlers = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[]
  server.removeAllListeners('request')
  for (const handle of handlers) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      new Guard('a request for media', log, () => response.destroy()).run(() => handle(request, response))
    })
  }
}

/** Opens all that the engine listens on. Throws SluiceError ENGINE_PORT_TAKEN, which names the setting to change. */
export async function openListeners(
  options: ListenOptions,
  parts: PublisherAdmissionParts & ViewerAdmissionParts & Omit<MediaHttpParts, 'mediaLimits'>,
): Promise<Listeners> {
  // bound: one a listener, a closed list
  const servers: Server[] = []
  const { clock, log, relayPath } = options
  const guard = new Guard('a listener', log)
  const admissions = openAdmissions(clock, log, options.descriptors)
  const handlerParts = { ...parts, refusals: { throttle: admissions.refusals, clock } }
  const serve = (socket: Socket, seat: Seat | undefined, wire: RtmpWire): void => {
    serveRtmp(socket, {
      clock,
      log,
      handler: rtmpDoor(handlerParts, wire),
      onKnown: () => seat?.known(),
      ...(wire.isRelay ? { remoteAddress: 'relay' } : {}),
    })
  }
  /** Who was refused for a wrong key again and again is not even asked for it. */
  const isRefused = (address: string): boolean => admissions.refusals.isSpent(address, clock.nowMs())
  const rtmpServer = (admission: SocketAdmission, wire: RtmpWire): Server =>
    createTcpServer(
      { pauseOnConnect: true },
      guard.wrap((accepted: Socket) => {
        const socket = readDirectly(accepted, guard)
        const seat = !wire.isRelay && isRefused(socket.remoteAddress ?? '') ? null : admission.admit(socket)
        if (seat !== null) serve(socket, seat, wire)
        else socket.destroy()
      }),
    )
  const httpServer = (admission: SocketAdmission): Server => {
    const server = mediaHttpServer({ ...parts, mediaLimits: mediaLimits(mediaHttpSeats(options.descriptors ?? descriptorLimit())) })
    admission.guard(server)
    guardRequests(server, log)
    guard.on(server, 'request', ({ socket }: { socket: Socket }) => admission.seatOf(acceptedSocket(socket))?.known())
    return server
  }
  const open = async (server: Server, where: { port: number; setting: string } | { path: string }): Promise<number> => {
    servers.push(server)
    const port = await ('path' in where ? listenLocal(server, where.path) : listenPort(server, options, where.port, where.setting))
    // Out of file descriptors, most likely: without a listener such an error would end the process.
    guard.on(server, 'error', (error: Error) => log.error({ error: error.message }, 'a listener failed to accept'))
    return port
  }

  const rtmp = await open(rtmpServer(admissions.rtmp, { protocol: 'rtmp', isRelay: false }), {
    port: options.rtmpPort,
    setting: 'SLUICE_RTMP_PORT',
  })
  const tls = readTls(options)
  const rtmps =
    tls === null
      ? null
      : await open(
          rtmpsListener({
            log,
            admission: admissions.rtmps,
            isThrottled: (address) => isRefused(address) || !admissions.handshakes.spend(address, clock.nowMs()),
            tls,
            onSecure: (socket, seat) => serve(socket, seat, { protocol: 'rtmps', isRelay: false }),
          }),
          { port: options.rtmpsPort, setting: 'SLUICE_RTMPS_PORT' },
        )
  const mediaHttp = await open(httpServer(admissions.mediaHttp), { port: options.mediaHttpPort, setting: 'SLUICE_MEDIA_HTTP_PORT' })
  const srt = await openSrt(options, parts)
  await open(rtmpServer(admissions.relay, { protocol: 'rtmp', isRelay: true }), { path: relayPath })
  await open(httpServer(admissions.relay), { path: httpRelayPath(relayPath) })
  return {
    ports: { rtmp, rtmps, srt: srt.port, mediaHttp },
    close() {
      void srt.close()
      for (const server of servers) server.close()
    },
  }
}

function readTls({ tlsCertFile, tlsKeyFile }: ListenOptions): { cert: Buffer; key: Buffer } | null {
  if (tlsCertFile === null || tlsKeyFile === null) return null
  return { cert: readFileSync(tlsCertFile), key: readFileSync(tlsKeyFile) }
}

async function openSrt(options: ListenOptions, parts: PublisherAdmissionParts & ViewerAdmissionParts): Promise<SrtServer> {
  const { srtPort, sharesPorts, clock, log } = options
  const open = (host: string): Promise<SrtServer> =>
    openSrtServer({ port: srtPort, host, reusePort: sharesPorts, clock, log, handler: srtDoor(parts) })
  try {
    return await onUsableHost(options.host, open)
  } catch (error) {
    throw portError(error as NodeJS.ErrnoException, srtPort, 'SLUICE_SRT_PORT')
  }
}

function portError(error: NodeJS.ErrnoException, port: number, setting: string): SluiceError {
  const why = error.code === 'EADDRINUSE' ? `port ${port} is used by another program` : error.message
  return new SluiceError('ENGINE_PORT_TAKEN', 'operator', `${why}; set ${setting} to a free port`, { cause: error })
}

async function listenPort(server: Server, options: ListenOptions, port: number, setting: string): Promise<number> {
  const listen = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const onError = (error: Error): void => reject(error)
      server.once('error', onError)
      server.listen({ port, host, reusePort: options.sharesPorts }, () => {
        server.removeListener('error', onError)
        resolve((server.address() as AddressInfo).port)
      })
    })
  try {
    return await onUsableHost(options.host, listen)
  } catch (error) {
    throw portError(error as NodeJS.ErrnoException, port, setting)
  }
}

function listenLocal(server: Server, path: string): Promise<number> {
  rmSync(path, { force: true })
  const before = process.umask(0o077)
  return new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve(0))
  }).finally(() => process.umask(before))
}
