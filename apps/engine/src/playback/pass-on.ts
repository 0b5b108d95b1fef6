import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'

/** Of one connection alone: they do not go on to the next. Spec: RFC 9110 §7.6.1 */
const hopHeaders = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'] as const

/** Hands a request to the engine that has the channel, by its local socket. `address`: whom the answer is for. */
export function passOn(
  socketPath: string,
  address: string,
  request: IncomingMessage,
  response: ServerResponse,
  onFailed: () => void,
): void {
  const headers = { ...withoutHops(request.headers), 'x-forwarded-for': address }
  const onward = httpRequest({ socketPath, path: request.url ?? '/', method: request.method ?? 'GET', headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, withoutHops(reply.headers))
    reply.pipe(response)
    reply.on('error', () => response.destroy())
  })
  onward.on('error', () => (response.headersSent ? response.destroy() : onFailed()))
  response.on('close', () => onward.destroy())
  onward.end()
}

function withoutHops(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const kept = { ...headers }
  for (const name of hopHeaders) delete kept[name]
  return kept
}
