import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'

/** Of one connection alone: they do not go on to the next. Spec: RFC 9110 §7.6.1 */
const hopHeaders = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'] as const

/** Hands a request to the engine that has the channel, by its local socket. `address`: whom the answer is for. */
export function passOn(
  socketPath: string,
  address: string,
  request: IncomingMessage,
  response: ServerResponse,
  onFailed: () => void,
  log: Logger,
): void {
  const guard = new Guard('a request that is passed on', log, () => response.destroy())
  const headers = { ...withoutHops(request.headers), 'x-forwarded-for': address }
  const onward = httpRequest({ socketPath, path: request.url ?? '/', method: request.method ?? 'GET', headers })
  guard.on(onward, 'response', (reply: IncomingMessage) => {
    response.writeHead(reply.statusCode ?? 502, withoutHops(reply.headers))
    reply.pipe(response)
    guard.on(reply, 'error', () => response.destroy())
  })
  guard.on(onward, 'error', () => (response.headersSent ? response.destroy() : onFailed()))
  guard.on(response, 'close', () => onward.destroy())
  onward.end()
}

function withoutHops(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const kept = { ...headers }
  for (const name of hopHeaders) delete kept[name]
  return kept
}
