import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ProblemCode } from '@sluice/contract/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from '../services/index.ts'
import { problemOf, problemType } from './problems.ts'

/** What Node's parser says, as ours. Spec: nodejs.org/api/http.html, "Event: 'clientError'" */
const parserCodes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'REQUEST_HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}

/** Answers bytes that are no HTTP request, in words, and closes: what follows on such a connection can't be told apart. */
export function refuseMalformed(error: Error & { code?: string; reason?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const problem = problemOf(parserCodes[error.code ?? ''] ?? 'REQUEST_MALFORMED', `${detailOf(error)}.`)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** The parser's own words: they hold nothing of what came. */
function detailOf({ code, reason }: { code?: string; reason?: string }): string {
  if (code === 'HPE_HEADER_OVERFLOW') return 'The request headers are larger than 16 KiB'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'The request did not arrive complete within 30 s'
  return `The request can’t be read as HTTP${reason === undefined ? '' : `: ${reason}`}`
}

/** One Host header, as the protocol wants it: with two, we and a proxy before us could each read another. Spec: RFC 9112 §3.2 */
export function requireOneHost({ raw }: FastifyRequest): void {
  let found = 0
  for (let i = 0; i < raw.rawHeaders.length; i += 2) if (raw.rawHeaders[i]?.toLowerCase() === 'host') found++
  if (found === 1 || (found === 0 && raw.httpVersion === '1.0')) return
  throw new ProblemError('REQUEST_MALFORMED', `The request has ${found === 0 ? 'no Host header' : `${found} Host headers, not one`}.`)
}

/** An expectation that we don't know is none to meet, where Node would answer without a word. Spec: RFC 9110 §10.1.1 */
export function ignoreExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
}
