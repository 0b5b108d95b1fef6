import { readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Clock } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { serveRtmp } from '@sluice/protocols/rtmp'
import { openSrtServer, type SrtServer } from '@sluice/protocols/srt'
import { type RtmpHandlerParts, rtmpHandler } from './ingest/rtmp-handler.ts'
import { type SrtHandlerParts, srtHandler } from './ingest/srt-handler.ts'
import { httpRelayPath, type PlaybackParts, playbackServer } from './playback/http-server.ts'

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
}

export type Listeners = { readonly ports: { rtmp: number; rtmps: number | null; srt: number; mediaHttp: number }; close(): void }

/** As long as a stranger has for the rest of the RTMP setup. */
const tlsHandshakeMs = 10_000

/** Opens all that the engine listens on. Throws SluiceError ENGINE_PORT_TAKEN, which names the setting to change. */
export async function openListeners(options: ListenOptions, parts: RtmpHandlerParts & PlaybackParts): Promise<Listeners> {
  const servers: Server[] = []
  const serve = (protocol: 'rtmp' | 'rtmps', isRelay: boolean) => {
    const handler = rtmpHandler(parts, { protocol, isRelay })
    return (socket: Socket): void => {
      serveRtmp(socket, { clock: options.clock, log: options.log, handler, ...(isRelay ? { remoteAddress: 'relay' } : {}) })
    }
  }
  const open = async (server: Server, where: { port: number; setting: string } | { path: string }): Promise<number> => {
    servers.push(server)
    // Out of file descriptors, most likely: without a listener the second such error would end the process.
    server.on('error', (error) => options.log.error({ error: error.message }, 'a listener failed to accept'))
    return 'path' in where ? listenLocal(server, where.path) : listenPort(server, options, where.port, where.setting)
  }

  const rtmp = await open(createTcpServer(serve('rtmp', false)), { port: options.rtmpPort, setting: 'SLUICE_RTMP_PORT' })
  const rtmps = await openTls(options, serve('rtmps', false), open)
  const mediaHttp = await open(playbackServer(parts), { port: options.mediaHttpPort, setting: 'SLUICE_MEDIA_HTTP_PORT' })
  const srt = await openSrt(options, parts)
  await open(createTcpServer(serve('rtmp', true)), { path: options.relayPath })
  await open(playbackServer(parts), { path: httpRelayPath(options.relayPath) })
  return {
    ports: { rtmp, rtmps, srt: srt.port, mediaHttp },
    close() {
      void srt.close()
      for (const server of servers) server.close()
    },
  }
}

async function openTls(
  options: ListenOptions,
  onSocket: (socket: Socket) => void,
  open: (server: Server, where: { port: number; setting: string }) => Promise<number>,
): Promise<number | null> {
  if (options.tlsCertFile === null || options.tlsKeyFile === null) return null
  const files = { cert: readFileSync(options.tlsCertFile), key: readFileSync(options.tlsKeyFile) }
  const server = createTlsServer({ ...files, handshakeTimeout: tlsHandshakeMs }, onSocket)
  server.on('tlsClientError', (error) => options.log.debug({ error: error.message }, 'RTMPS handshake failed'))
  return open(server, { port: options.rtmpsPort, setting: 'SLUICE_RTMPS_PORT' })
}

async function openSrt(options: ListenOptions, parts: SrtHandlerParts): Promise<SrtServer> {
  const { host, srtPort, sharesPorts, clock, log } = options
  try {
    return await openSrtServer({ port: srtPort, host, reusePort: sharesPorts, clock, log, handler: srtHandler(parts) })
  } catch (error) {
    throw portError(error as NodeJS.ErrnoException, srtPort, 'SLUICE_SRT_PORT')
  }
}

function portError(error: NodeJS.ErrnoException, port: number, setting: string): SluiceError {
  const why = error.code === 'EADDRINUSE' ? `port ${port} is taken by another program` : error.message
  return new SluiceError('ENGINE_PORT_TAKEN', 'operator', `${why}; set ${setting} to a free port`, { cause: error })
}

function listenPort(server: Server, options: ListenOptions, port: number, setting: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portError(error, port, setting)))
    server.listen({ port, host: options.host, reusePort: options.sharesPorts }, () => resolve((server.address() as AddressInfo).port))
  })
}

function listenLocal(server: Server, path: string): Promise<number> {
  rmSync(path, { force: true })
  const before = process.umask(0o077)
  return new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve(0))
  }).finally(() => process.umask(before))
}
