import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { addressGroup } from '@sluice/base/address'
import type { Clock } from '@sluice/base/clock'
import { pacedConnectionOf, paceRequests } from '@sluice/base/http'
import type { Logger } from '@sluice/base/log'

import type { FileView, GrowingFile, ViewFile } from '@sluice/media/view'
import type { ServedChannel } from '../replicas/index.ts'
import { corsHeaders, preflightHeaders } from './cors.ts'
import { keepAliveMs, MediaConnections, type MediaLimits } from './media-connections.ts'
import { answerFile, growingHeaders } from './package-answer.ts'

import { type PlayPath, readPlayPath } from './play-path.ts'
import { sendBody, sendParts } from './send-body.ts'
import type { TrustedProxies } from './viewer-address.ts'

export type MediaHttpParts = {
  readonly clock: Clock
  readonly log: Logger
  readonly trustedProxies: TrustedProxies
  /** The channel that plays under the address of this hash. */
  readonly channelOf: (playIdHash: string) => ServedChannel | undefined
  /** What the process has descriptors for. */
  readonly mediaLimits: MediaLimits
}

const maxHeaderBytes = 8192
const maxHeaders = 64
const sessionBytes = 12
const noFile = { bytes: [], isStale: () => false } as const
/** One text for all that is not there: an address that was never given out reads like a channel that rests. */
const notPlaying = 'there is no stream at this address'

/** Serves the packages of all channels: `/{playId}/{file}`, and `/{playId}/~{session}/{file}` within one playback. */
export function mediaHttpServer(parts: MediaHttpParts): Server {
  const connections = new MediaConnections(parts.clock, parts.log, parts.mediaLimits)
  const server = createServer({ maxHeaderSize: maxHeaderBytes, keepAliveTimeout: keepAliveMs }, (request, response) => {
    const connection = pacedConnectionOf(request)
    connections.began(connection, noFile)
    response.once('close', () => connections.ended(connection))
    serve(parts, connections, request, response)
  })
  server.maxHeadersCount = maxHeaders
  paceRequests(server, (connection) => {
    const address = connection.remoteAddress
    return connections.admit(connection, address !== undefined && !parts.trustedProxies.has(address))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => refuseHead(error, connection))
  server.on('close', () => connections.close())
  return server
}

/** SHA-256 in lower-case hex: the only form in which this process knows addresses and previews. */
const hashName = (name: string): string => createHash('sha256').update(name, 'utf8').digest('hex')

function serve(parts: MediaHttpParts, connections: MediaConnections, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = request
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
  // Nobody reads it: what follows would be taken for another request.
  if (hasBody) response.setHeader('connection', 'close')
  if (method === 'OPTIONS') answer(request, response, 204, '', preflightHeaders)
  else if (method !== 'GET' && method !== 'HEAD') {
    answer(request, response, 405, 'only GET, HEAD and OPTIONS\n', { allow: 'GET, HEAD, OPTIONS' })
  } else if (hasBody) answer(request, response, 413, 'requests here have no body\n', {})
  else if (request.url === '/healthz') answer(request, response, 200, 'ok\n', { 'cache-control': 'no-store' })
  else servePackage(parts, connections, request, response)
}

function servePackage(parts: MediaHttpParts, connections: MediaConnections, request: IncomingMessage, response: ServerResponse): void {
  const path = readPlayPath(request.url ?? '/')
  const channel = path === null ? undefined : parts.channelOf(hashName(path.playId))
  if (path === null || channel === undefined) {
    notFound(request, response)
    return
  }
  const forwardedFor = String(request.headers['x-forwarded-for'] ?? '')
  const address = parts.trustedProxies.clientOf(request.socket.remoteAddress ?? '', forwardedFor)
  serveFile({ connections, channel, path, address }, request, response)
}

type Asked = {
  readonly connections: MediaConnections
  readonly channel: ServedChannel
  readonly path: PlayPath
  readonly address: string
}

function serveFile(asked: Asked, request: IncomingMessage, response: ServerResponse): void {
  const { channel, path } = asked
  if (path.file === 'now.json') {
    tellNow(channel, request, response)
    return
  }
  const view = channel.views.find((one) => one.serves(path.file))
  if (view === undefined) {
    notFound(request, response)
    return
  }
  if (request.method === 'GET' && view.isReload(path.file, path.session !== null)) noteViewer(asked)
  const query = new URLSearchParams(request.url?.split('?')[1] ?? '')
  const cancel = view.ask(path.file, query, addressesFor(path), (found) => {
    if (found === 'missing') notFound(request, response)
    else if (found === 'bad')
      answer(request, response, 400, 'this part is too far ahead of the live edge\n', { 'cache-control': 'public, max-age=1' })
    else if (found === 'late') answer(request, response, 503, 'the source gives no media\n', { 'cache-control': 'no-store' })
    else if ('follow' in found) sendGrowing(view, found, asked, request, response)
    else sendFile({ view, file: found }, asked, request, response)
  })
  // A viewer that went is waited for no longer.
  if (cancel !== null) response.once('close', cancel)
}

type Found = { readonly view: FileView; readonly file: ViewFile }

function sendFile({ view, file }: Found, asked: Asked, request: IncomingMessage, response: ServerResponse): void {
  const { connections, channel, path } = asked
  const { status, headers, body, held } = answerFile(path.file, file, request.headers)
  response.writeHead(status, { ...corsHeaders(request.headers), ...headers })
  if (request.method !== 'GET' || body.length === 0) {
    response.end()
    return
  }
  const isStale = (): boolean => held.length > 0 && !view.has(path.file)
  connections.began(pacedConnectionOf(request), { bytes: held, isStale })
  sendBody(response, body, (bytes) => channel.audience.took(bytes))
}

/** A segment that grows goes out part by part. It has no length yet, and a range of it is not looked at. */
function sendGrowing(view: FileView, file: GrowingFile, asked: Asked, request: IncomingMessage, response: ServerResponse): void {
  const { connections, channel, path } = asked
  response.writeHead(200, { ...corsHeaders(request.headers), ...growingHeaders(path.file, file) })
  if (request.method !== 'GET') {
    response.end()
    return
  }
  connections.began(pacedConnectionOf(request), { bytes: file.body, isStale: () => !view.has(path.file) })
  const end = sendParts(response, file, (bytes) => channel.audience.took(bytes))
  response.once('close', end)
}

/** What is on right now, for player pages: asked for as often as a playlist, so a cache may hold it as long. Counts as no viewer. */
function tellNow({ onAir }: ServedChannel, request: IncomingMessage, response: ServerResponse): void {
  const body = Buffer.from(JSON.stringify({ now: onAir }))
  const headers = { 'content-type': 'application/json', 'content-length': body.length, 'cache-control': 'public, max-age=1' }
  response.writeHead(200, { ...corsHeaders(request.headers), ...headers })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Every entry begins a playback with a name of its own; segments have one address for all, so that a cache holds them once. */
function addressesFor({ session }: PlayPath): { media: string; prefix: string } {
  const own = session === null ? `~${randomBytes(sessionBytes).toString('base64url')}/` : ''
  return { media: own, prefix: session === null ? '' : '../' }
}

/** A playlist that was asked for outside of a playback counts by address: nothing else tells its players apart. */
function noteViewer({ channel: { audience, previewIdHash }, path: { session }, address }: Asked): void {
  const group = addressGroup(address)
  if (session === null) audience.note(`address ${group}`, group)
  else if (hashName(session) !== previewIdHash) audience.note(session, group)
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  answer(request, response, 404, `${notPlaying}\n`, { 'cache-control': 'no-store' })
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, text: string, headers: OutgoingHttpHeaders): void {
  const body = status === 204 ? {} : { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text) }
  response.writeHead(status, { ...corsHeaders(request.headers), ...body, ...headers })
  response.end(request.method === 'HEAD' ? undefined : text)
}

/** What is no HTTP request is told so, where the connection can still be written to. */
function refuseHead(error: NodeJS.ErrnoException, connection: Duplex): void {
  if (!connection.writable) {
    connection.destroy()
    return
  }
  const isLong = error.code === 'HPE_HEADER_OVERFLOW'
  const status = isLong ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const text = isLong ? `the request's head is over ${maxHeaderBytes} bytes\n` : 'this is not an HTTP request\n'
  const cors = Object.entries(corsHeaders({})).map(([name, value]) => `${name}: ${value}\r\n`)
  const fixed = `content-type: text/plain; charset=utf-8\r\ncontent-length: ${text.length}\r\nconnection: close\r\n`
  connection.end(`HTTP/1.1 ${status}\r\n${fixed}${cors.join('')}\r\n${text}`)
}
