import { readFileSync } from 'node:fs'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import type { Seat, SocketAdmission } from '@sluice/base/admission'
import type { Clock } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import { listenLocal, listenPort, onUsableHost, portError } from '@sluice/base/process'
import { serveRtmp } from '@sluice/protocols/rtmp'
import { readDirectly } from '@sluice/protocols/socket'
import { openSrtServer, type SrtServer } from '@sluice/protocols/srt'
import { openAdmissions } from './connection-limits.ts'
import type { PublisherAdmissionParts } from './inputs/index.ts'
import { type RtmpWire, rtmpDoor } from './rtmp-door.ts'
import { rtmpsListener } from './rtmps-listener.ts'
import { srtDoor } from './srt-door.ts'
import type { ViewerAdmissionParts } from './viewers/index.ts'

export type ListenOptions = {
  readonly host: string
  readonly rtmpPort: number
  readonly rtmpsPort: number
  readonly srtPort: number
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

/** Opens all that the engine listens on. Throws SluiceError ENGINE_PORT_TAKEN, which names the setting to change. */
export async function openListeners(options: ListenOptions, parts: PublisherAdmissionParts & ViewerAdmissionParts): Promise<Listeners> {
  // bound: one a listener, a closed list
  const servers: Server[] = []
  const { clock, log, relayPath } = options
  const guard = new Guard('a listener', log)
  const place = { host: options.host, reusePort: options.sharesPorts }
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
  const open = async (server: Server, where: { port: number; setting: string } | { path: string }): Promise<number> => {
    servers.push(server)
    const port = await ('path' in where
      ? listenLocal(server, where.path)
      : listenPort(server, { ...place, port: where.port }, where.setting))
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
  const srt = await openSrt(options, parts)
  await open(rtmpServer(admissions.relay, { protocol: 'rtmp', isRelay: true }), { path: relayPath })
  return {
    ports: { rtmp, rtmps, srt: srt.port, mediaHttp: 0 },
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
