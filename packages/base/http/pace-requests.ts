import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { invariant } from '../errors/index.ts'
import { PacedConnection } from './paced-connection.ts'

/**
 * Lets `server` read one request of a connection at a time. Call it before `listen`, and before other listeners for connections are set.
 * `admit` sees each connection first and refuses it by false; sockets of requests are PacedConnection from then on.
 */
export function paceRequests(server: Server, admit: (connection: PacedConnection) => boolean = () => true): void {
  const parsers = server.listeners('connection') as ((this: Server, connection: unknown) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const connection = new PacedConnection(socket)
    if (!admit(connection)) connection.destroy()
    else for (const parse of parsers) parse.call(server, connection)
  })
  server.prependListener('request', holdUntilAnswered)
}

/** The connection that `request` came over. Only for servers that `paceRequests` paces. */
export function pacedConnectionOf(request: IncomingMessage): PacedConnection {
  // Node's types know of sockets alone; what it parses here is a stream of ours.
  const connection: object = request.socket
  invariant(connection instanceof PacedConnection, 'this server is not paced')
  return connection
}

/** The next request waits from the end of this one, body included, until its answer is done. */
function holdUntilAnswered(request: IncomingMessage, response: ServerResponse): void {
  const connection = pacedConnectionOf(request)
  let state: 'reading' | 'held' | 'answered' = 'reading'
  const hold = (): void => {
    if (state !== 'reading') return
    state = 'held'
    connection.hold()
  }
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  if (length === '0' && encoding === undefined) hold()
  else request.once('end', hold)
  response.once('close', () => {
    if (state === 'held') connection.release()
    state = 'answered'
  })
}
