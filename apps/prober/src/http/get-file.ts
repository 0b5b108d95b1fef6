import { Agent, get as getHttp, type IncomingMessage } from 'node:http'
import { get as getHttps, Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import { createGunzip } from 'node:zlib'
import { BoundedBytes } from '@sluice/base/bounded'
import type { Clock } from '@sluice/base/clock'

/** One answer, whole. */
export type Answered = { readonly status: number; readonly bytes: Uint8Array; readonly takenMs: number; readonly location: string | null }
/** None came, or not all of it. */
export type Unanswered = { readonly status: null; readonly reason: string; readonly takenMs: number }
export type Got = Answered | Unanswered

export type GetOptions = {
  readonly maxBytes: number
  /** For all of it, what the server holds back included. */
  readonly limitMs: number
  readonly signal: AbortSignal
}

export type Getter = {
  /** Never rejects. */
  get(url: string, options: GetOptions): Promise<Got>
  close(): void
}

export type GetterParts = {
  readonly clock: Clock
  readonly maxSockets: number
  /** Finds addresses, and may refuse them by an error. */
  readonly lookup?: LookupFunction
}

/** Fetches files over connections that stay open, as players do. */
export function openGetter({ clock, maxSockets, lookup }: GetterParts): Getter {
  const shared = { keepAlive: true, maxSockets, ...(lookup === undefined ? {} : { lookup }) }
  const agents = { http: new Agent(shared), https: new HttpsAgent(shared) }
  return {
    get: (url, options) => get(clock, agents, url, options),
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

const headers = { accept: '*/*', 'accept-encoding': 'gzip', 'user-agent': 'Sluice prober' }

function get(
  clock: Clock,
  agents: { readonly http: Agent; readonly https: HttpsAgent },
  url: string,
  { maxBytes, limitMs, signal }: GetOptions,
): Promise<Got> {
  const { promise, resolve } = Promise.withResolvers<Got>()
  const startMs = clock.nowMs()
  const takenMs = (): number => clock.nowMs() - startMs
  const isSecure = url.startsWith('https:')
  const onResponse = (response: IncomingMessage): void => read(response, maxBytes, end, (got) => resolve({ ...got, takenMs: takenMs() }))
  const call = isSecure
    ? getHttps(url, { headers, agent: agents.https, signal }, onResponse)
    : getHttp(url, { headers, agent: agents.http, signal }, onResponse)
  function end(reason: string): void {
    resolve({ status: null, reason, takenMs: takenMs() })
    call.destroy()
  }
  const limit = clock.after(limitMs, () => end(`not complete within ${limitMs / 1000} s`))
  call.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
  return promise.finally(() => limit.cancel())
}

function read(
  response: IncomingMessage,
  maxBytes: number,
  end: (reason: string) => void,
  done: (got: Omit<Answered, 'takenMs'>) => void,
): void {
  const status = response.statusCode ?? 0
  const pieces = new BoundedBytes(maxBytes)
  const source = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response
  const broken = (): void => end('the answer ended too soon')
  response.on('error', broken)
  response.on('close', () => {
    if (!response.complete) broken()
  })
  if (source !== response) source.on('error', () => end('the answer could not be unpacked'))
  source.on('data', (piece: Uint8Array) => {
    if (pieces.length + piece.length > maxBytes) end(`larger than ${maxBytes} bytes`)
    else pieces.append(piece)
  })
  source.on('end', () => {
    if (response.complete) done({ status, bytes: pieces.take(), location: response.headers.location ?? null })
    else broken()
  })
}
