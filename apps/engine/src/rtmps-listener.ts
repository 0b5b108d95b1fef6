import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { plainAddress } from '@sluice/base/address'
import type { Seat, SocketAdmission } from '@sluice/base/admission'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'

type RtmpsParts = {
  readonly log: Logger
  readonly admission: SocketAdmission
  /** Whether a connection from here is not even asked for its hello. */
  readonly isThrottled: (address: string) => boolean
  readonly tls: Pick<TlsOptions, 'cert' | 'key'>
  readonly onSecure: (socket: TLSSocket, seat: Seat | undefined) => void
}

const handshakeMs = 10_000

/**
 * A TCP listener that hands its connections to TLS. The connection has its seat and its deadline from the moment it is accepted: one that
 * never says a TLS word is closed like any other stranger.
 */
export function rtmpsListener(parts: RtmpsParts): Server {
  const { log } = parts
  const guard = new Guard('the RTMPS listener', log)
  const waiting = new Map<string, Seat>()
  const tls = createTlsServer({ ...parts.tls, handshakeTimeout: handshakeMs })
  guard.on(tls, 'secureConnection', (socket: TLSSocket) => {
    parts.onSecure(socket, waiting.get(nameOf(socket)))
  })
  guard.on(tls, 'tlsClientError', (error: Error, socket: TLSSocket) => {
    log.debug({ error: error.message }, 'RTMPS handshake failed')
    socket.destroy()
  })
  return createServer(
    guard.wrap((socket: Socket) => {
      const seat = parts.isThrottled(socket.remoteAddress ?? '') ? null : parts.admission.admit(socket)
      if (seat === null) {
        socket.destroy()
        return
      }
      const name = nameOf(socket)
      waiting.set(name, seat)
      guard.once(socket, 'close', () => waiting.delete(name))
      tls.emit('connection', socket)
    }),
  )
}

/** No two connections to one port have the same. */
const nameOf = ({ remoteAddress = '', remotePort }: Socket): string => `${plainAddress(remoteAddress)}|${remotePort}`
