import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import { openDgramSocket } from './dgram-socket.ts'
import { Endpoint, type EndpointCounters } from './endpoint.ts'
import { defaultLimits, Listener, type ListenerCounters, type SrtLimits, type SrtServerHandler } from './handshake/listener.ts'
import type { SrtTuning } from './options.ts'
import type { UdpSocket } from './udp-socket.ts'

/** Enough for a pause of 300 ms at 200 Mbit/s. */
const DEFAULT_RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024

export type SrtServerOptions = {
  /** 0: any free port. */
  port: number
  /** Default: all addresses, IPv4 and IPv6. */
  host?: string | undefined
  clock: Clock
  log: Logger
  handler: SrtServerHandler
  /** For what a verdict leaves open. */
  defaults?: SrtTuning | undefined
  limits?: Partial<SrtLimits> | undefined
  /** Asked of the kernel. Default 8 MB; a warning says when it grants less. */
  rcvbufBytes?: number | undefined
  /** Several processes on one port; the kernel shares out the callers. */
  reusePort?: boolean | undefined
}

/** What the server as a whole counts. */
export type SrtServerStats = EndpointCounters & ListenerCounters & { connections: number }

export type SrtServer = {
  readonly port: number
  readonly stats: SrtServerStats
  /** Refuses new callers, lets what is queued go out, then closes the socket: within the largest latency plus 3 s. */
  close(): Promise<void>
}

/** Opens one UDP port for any number of callers. Rejects with the system's error when it cannot be bound. */
export async function openSrtServer(options: SrtServerOptions): Promise<SrtServer> {
  const wantedBytes = options.rcvbufBytes ?? DEFAULT_RECEIVE_BUFFER_BYTES
  const socket = await openDgramSocket({
    host: options.host,
    port: options.port,
    receiveBufferBytes: wantedBytes,
    reusePort: options.reusePort,
    log: options.log,
  })
  // Linux reports twice what it grants.
  if (socket.receiveBufferBytes < wantedBytes) {
    options.log.warn(
      { wantedBytes, grantedBytes: socket.receiveBufferBytes },
      'the kernel grants a smaller UDP receive buffer than asked: raise net.core.rmem_max, or bursts are lost',
    )
  }
  return openSrtServerOn(socket, options)
}

/** The same on a socket that is there already: a made network in tests. */
export function openSrtServerOn(
  socket: UdpSocket,
  options: Omit<SrtServerOptions, 'port' | 'host' | 'rcvbufBytes' | 'reusePort'>,
): SrtServer {
  const { clock, log, handler } = options
  const limits = { ...defaultLimits, ...options.limits }
  const listener = new Listener({ handler, defaults: options.defaults ?? {}, limits, log, nowMs: () => clock.nowMs() })
  const endpoint = new Endpoint(socket, clock, listener, log)
  listener.attach(endpoint)
  socket.onError = (error) => log.error({ err: error }, 'the SRT socket reports an error')
  return {
    port: socket.port,
    get stats() {
      return { ...endpoint.counters, ...listener.counters, connections: endpoint.size }
    },
    async close() {
      listener.stop()
      await closeAll(endpoint, clock)
      endpoint.close()
    },
  }
}

/** How often a closing endpoint looks whether its connections are gone. */
const CLOSE_POLL_MS = 20

/** Closes every connection and waits until the last is gone. */
function closeAll(endpoint: Endpoint, clock: Clock): Promise<void> {
  for (const connection of [...endpoint.connections()]) connection.close()
  return new Promise((resolve) => {
    const look = (): void => {
      if (endpoint.size === 0) resolve()
      else clock.after(CLOSE_POLL_MS, look)
    }
    look()
  })
}
