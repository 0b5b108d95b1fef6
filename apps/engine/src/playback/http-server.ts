import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Channel } from '../channels/channel.ts'
import type { KeyDirectory } from '../directory.ts'

export type PlaybackParts = {
  readonly engineId: string
  readonly directory: KeyDirectory
  readonly channel: (channelId: string) => Channel | undefined
}

const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': 'Range, Content-Type',
  'access-control-expose-headers': 'Content-Length, Date',
  'access-control-max-age': '86400',
  'cross-origin-resource-policy': 'cross-origin',
} as const
/** Playlists must be asked for anew, half a target duration may pass at a cache; files with fixed names never change. */
const playlistCaching = 'public, max-age=1'
const fileCaching = 'public, max-age=31536000, immutable'
const requestTimeoutMs = 15_000
/** A player that takes no byte for so long is gone; what it was being sent must not stay in memory. */
const idleMs = 30_000

/** Serves the packages of all channels: `/{channelId}/{file}`. Requests for another engine's channel go there by its local socket. */
export function playbackServer(parts: PlaybackParts): Server {
  const server = createServer({ requestTimeout: requestTimeoutMs, keepAliveTimeout: idleMs }, (request, response) => {
    serve(parts, request, response)
  })
  server.maxHeadersCount = 64
  server.setTimeout(idleMs)
  return server
}

/** The relay's HTTP side stands beside its RTMP side. */
export const httpRelayPath = (relayPath: string): string => `${relayPath}.http`

function serve(parts: PlaybackParts, request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '/').split('?')[0]!
  if (request.method === 'OPTIONS') answer(response, 204, '', {})
  else if (request.method !== 'GET' && request.method !== 'HEAD') {
    answer(response, 405, 'only GET, HEAD and OPTIONS\n', { allow: 'GET, HEAD, OPTIONS' })
  } else if (path === '/healthz') answer(response, 200, 'ok\n', {})
  else servePackage(parts, path, request, response)
}

function servePackage(parts: PlaybackParts, path: string, request: IncomingMessage, response: ServerResponse): void {
  const [, channelId, name, ...rest] = path.split('/')
  const route = channelId === undefined || rest.length > 0 ? undefined : parts.directory.channel(channelId)
  // What came by the local socket was passed on once already: it must not go round.
  const isPassedOn = request.socket.remoteAddress === undefined
  if (route === undefined || name === undefined) notFound(response, 'no such channel')
  else if (route.engineId === parts.engineId) serveFile(parts.channel(route.channelId), name, request, response)
  else if (route.relayPath === null || isPassedOn) notFound(response, 'the channel is moving to another engine')
  else passOn(httpRelayPath(route.relayPath), request, response)
}

function serveFile(channel: Channel | undefined, name: string, request: IncomingMessage, response: ServerResponse): void {
  const file = channel?.packager.file(name, viewerOf(request)) ?? null
  if (file === null) {
    notFound(response, channel?.packager.problem ?? 'nothing is being played on this channel, or the file is gone')
    return
  }
  const body = typeof file.body === 'string' ? Buffer.from(file.body) : file.body
  response.writeHead(200, {
    ...corsHeaders,
    'content-type': file.contentType,
    'content-length': body.length,
    'cache-control': file.isFixed ? fileCaching : playlistCaching,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Tells viewers apart for counting: address and player program. Not kept beyond the count. */
function viewerOf(request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for']
  return `${forwarded ?? request.socket.remoteAddress ?? ''} ${request.headers['user-agent'] ?? ''}`.slice(0, 300)
}

function passOn(socketPath: string, request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...request.headers, 'x-forwarded-for': request.headers['x-forwarded-for'] ?? request.socket.remoteAddress ?? '' }
  const onward = httpRequest({ socketPath, path: request.url ?? '/', method: request.method ?? 'GET', headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers)
    reply.pipe(response)
  })
  onward.on('error', () => (response.headersSent ? response.destroy() : answer(response, 502, 'the channel is restarting\n', {})))
  response.on('close', () => onward.destroy())
  onward.end()
}

function notFound(response: ServerResponse, why: string): void {
  answer(response, 404, `${why}\n`, { 'cache-control': 'no-store' })
}

function answer(response: ServerResponse, status: number, text: string, headers: Record<string, string>): void {
  response.writeHead(status, { ...corsHeaders, 'content-type': 'text/plain; charset=utf-8', ...headers })
  response.end(text)
}
