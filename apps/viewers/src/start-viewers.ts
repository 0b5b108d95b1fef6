import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { isPrivateAddress } from '@sluice/base/address'
import { ConnectionBudget, planConnections, SocketAdmission } from '@sluice/base/admission'
import { type Clock, systemClock } from '@sluice/base/clock'
import { Guard, guardedClock } from '@sluice/base/guard'
import { acceptedSocket } from '@sluice/base/http'
import type { Logger } from '@sluice/base/log'
import { descriptorLimit, IdleTrim, listenPort } from '@sluice/base/process'
import { viewersProcessId } from '@sluice/contract/wire'
import { storeLinkPath, viewersPositionsPath } from '@sluice/media/store-link'
import { ControlLink } from './control-link/index.ts'
import { mediaHttpServer, mediaLimits, TrustedProxies } from './http/index.ts'
import { PositionsFile, Replicas, StoreLinkServer } from './replicas/index.ts'

export type StartViewersOptions = {
  readonly runDir: string
  readonly settingsDigest: string
  readonly host: string
  readonly mediaHttpPort: number
  /** Whose X-Forwarded-For counts: see SLUICE_TRUSTED_PROXIES. */
  readonly trustedProxies: string
  readonly log: Logger
  readonly clock?: Clock
  /** How many files the process may open; absent: as the system says. */
  readonly descriptors?: number
  /** Control asked for the end. */
  readonly onShutdown: () => void
}

export type RunningViewers = { readonly port: number; readonly replicas: Replicas; stop(): void }

/** From the accepted connection to a whole request. */
const strangerMs = 15_000
/** Media of all channels together: a quarter of the memory of the machine, as far as that goes. */
const mediaBytes = { least: 256 * 1024 * 1024, most: 2 * 1024 * 1024 * 1024, ofMemory: 0.25 } as const
const trimMs = 1000

/** Opens the media port, and the local sockets by which engines tell their channels and control asks for signs of life. */
export async function startViewers(options: StartViewersOptions): Promise<RunningViewers> {
  const { runDir, log, host, settingsDigest } = options
  mkdirSync(runDir, { recursive: true, mode: 0o700 })
  const clock = guardedClock(options.clock ?? systemClock, log)
  const positions = new PositionsFile(viewersPositionsPath(runDir), new Guard('the note of splices', log))
  const replicas = new Replicas({ clock, log, positions, maxBytes: maxMediaBytes() })
  const server = openServer(options, { clock, replicas })
  const port = await listenPort(server, { port: options.mediaHttpPort, host }, 'SLUICE_MEDIA_HTTP_PORT')
  const storeLink = new StoreLinkServer({ clock, log, replicas })
  await storeLink.listen(storeLinkPath(runDir))
  const runId = randomUUID()
  const startedAt = new Date(clock.wallMs()).toISOString()
  const control = new ControlLink({
    path: join(runDir, `${viewersProcessId}.sock`),
    clock,
    log,
    hello: () => ({ runId, startedAt, settingsDigest, mediaHttpPort: port, liveChannels: replicas.liveChannels }),
    onShutdown: options.onShutdown,
  })
  await control.listen()
  const trim = keepSmall(clock, replicas)
  return {
    port,
    replicas,
    stop() {
      trim.stop()
      control.close()
      storeLink.close()
      server.close()
      replicas.close()
    },
  }
}

const maxMediaBytes = (): number => Math.min(mediaBytes.most, Math.max(mediaBytes.least, totalmem() * mediaBytes.ofMemory))

function openServer(options: StartViewersOptions, { clock, replicas }: { clock: Clock; replicas: Replicas }): Server {
  const { log, trustedProxies } = options
  const plan = planConnections(options.descriptors ?? descriptorLimit(), { mediaHttp: 1 })
  const admission = new SocketAdmission({
    // A proxy in front of the media port stands for all its viewers.
    budget: new ConnectionBudget(plan.mediaHttp, isPrivateAddress),
    clock,
    strangerMs,
    onFull: (remoteAddress) => log.warn({ remoteAddress }, 'a viewer was turned away: too many connections from this address or in total'),
  })
  const server = mediaHttpServer({
    clock,
    log,
    trustedProxies: new TrustedProxies(trustedProxies),
    channelOf: (playIdHash) => replicas.byPlayId(playIdHash),
    mediaLimits: mediaLimits(plan.mediaHttp.connections),
  })
  admission.guard(server)
  guardRequests(server, log)
  const guard = new Guard('the media port', log)
  guard.on(server, 'request', ({ socket }: { socket: Socket }) => admission.seatOf(acceptedSocket(socket))?.known())
  // Out of file descriptors, most likely: without a listener such an error would end the process.
  guard.on(server, 'error', (error: Error) => log.error({ error: error.message }, 'the media port failed to accept'))
  return server
}

/** A request whose handler throws is cut by itself: without an answer its player would wait, and the throw would be nobody's. */
function guardRequests(server: Server, log: Logger): void {
  const handlers = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[]
  server.removeAllListeners('request')
  const guard = new Guard('a request for media', log)
  for (const handle of handlers) {
    guard.on(server, 'request', (request: IncomingMessage, response: ServerResponse) => {
      new Guard('a request for media', log, () => response.destroy()).run(() => handle(request, response))
    })
  }
}

/** Gives memory back once nothing is on any more. */
function keepSmall(clock: Clock, replicas: Replicas): { stop(): void } {
  const trim = new IdleTrim()
  const look = (): void => {
    timer = clock.after(trimMs, look)
    trim.look(replicas.liveChannels === 0)
  }
  let timer = clock.after(trimMs, look)
  return { stop: () => timer.cancel() }
}
