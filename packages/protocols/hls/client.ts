import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { concatBytes } from '@sluice/base/bytes'
import type { Timer } from '@sluice/base/clock'
import { type Failure, SluiceError } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import type { HlsSource, HlsSourceOptions } from './client-types.ts'
import { classifyHttpError, statusFailure } from './http-failure.ts'
import { defaultHlsLimits, type HlsLimits } from './limits.ts'
import { type HlsRequest, HlsSession } from './session.ts'
import { type HlsUrl, parseHlsUrl, resolveHlsUrl } from './url.ts'

const redirects = [301, 302, 303, 307, 308]
const maxServerChars = 60

/** Fetches an HLS stream: its playlists and segments over HTTP, its frames in real time. */
export function openHlsSource(options: HlsSourceOptions): HlsSource {
  return new Source(options)
}

class Source implements HlsSource {
  readonly #options: HlsSourceOptions
  readonly #limits: HlsLimits
  readonly #guard: Guard
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  readonly #fetches = new Set<Fetch>()
  #session: HlsSession | null = null
  #timer: Timer | null = null
  remoteAddress = ''
  server: string | null = null
  bytesReceived = 0

  constructor(options: HlsSourceOptions) {
    this.#options = options
    this.#guard = new Guard('an HLS source', options.log ?? silentLogger, () => this.#end(internalFailure))
    this.#limits = { ...defaultHlsLimits, ...options.limits }
    const { lookup, ca } = options
    const shared = { keepAlive: true, maxFreeSockets: 2, ...(lookup === undefined ? {} : { lookup }) }
    this.#agents = { http: new HttpAgent(shared), https: new HttpsAgent({ ...shared, ...(ca === undefined ? {} : { ca }) }) }
    // Later, so that the caller has the source in hand when it hears of its end.
    this.#timer = options.clock.after(
      0,
      this.#guard.wrap(() => this.#start()),
    )
  }

  close(): void {
    this.#session?.close()
    this.#timer?.cancel()
    for (const fetch of this.#fetches) fetch.cancel()
    this.#fetches.clear()
    this.#agents.http.destroy()
    this.#agents.https.destroy()
  }

  #start(): void {
    const { handler, mayRepeat } = this.#options
    let root: HlsUrl
    try {
      root = parseHlsUrl(this.#options.url)
    } catch (err) {
      if (!(err instanceof SluiceError)) throw err
      this.#end({ kind: 'dns', code: err.code, message: err.message })
      return
    }
    this.#session = new HlsSession({
      url: root.url,
      mayRepeat: mayRepeat ?? true,
      limits: this.#limits,
      host: {
        fetch: (request) => this.#fetch(request, root),
        onReady: () => handler.onReady(this),
        onFrame: (frame) => handler.onFrame(frame),
        onFlush: () => handler.onFlush(),
        onNote: (note) => handler.onNote?.(note),
        onEnd: (failure) => this.#end(failure),
      },
    })
    this.#session.start()
  }

  #fetch(request: HlsRequest, root: HlsUrl): void {
    const { clock, refuseHost } = this.#options
    const fetch = new Fetch(request, {
      clock,
      guard: this.#guard,
      limits: this.#limits,
      agents: this.#agents,
      refuseHost: refuseHost ?? (() => null),
      // User and password are for the server that they were given for.
      authorization: (url) => (root.authorization !== null && url.origin === new URL(root.url).origin ? root.authorization : null),
      onDone: (outcome) => {
        this.#fetches.delete(fetch)
        this.#take(request.id, outcome)
      },
    })
    this.#fetches.add(fetch)
    fetch.start()
  }

  #take(id: number, outcome: Outcome): void {
    const nowMs = this.#options.clock.nowMs()
    if ('kind' in outcome) this.#session?.onFailure(id, outcome, nowMs)
    else {
      this.bytesReceived += outcome.bytes.length
      this.remoteAddress = outcome.remoteAddress
      this.server = outcome.server
      this.#session?.onAnswer(id, outcome, nowMs)
    }
    this.#arm()
  }

  #arm(): void {
    this.#timer?.cancel()
    const { clock } = this.#options
    const nowMs = clock.nowMs()
    const nextMs = this.#session?.nextMs(nowMs) ?? null
    if (nextMs === null) return
    this.#timer = clock.after(
      nextMs - nowMs,
      this.#guard.wrap(() => {
        this.#session?.tick(clock.nowMs())
        this.#arm()
      }),
    )
  }

  #end(failure: Failure): void {
    this.close()
    this.#options.handler.onClose(failure)
  }
}

type Answer = {
  readonly url: string
  readonly bytes: Uint8Array
  readonly contentType: string
  readonly remoteAddress: string
  readonly server: string | null
}
type Outcome = Answer | Failure

type FetchParts = {
  readonly clock: HlsSourceOptions['clock']
  readonly guard: Guard
  readonly limits: HlsLimits
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  readonly refuseHost: (host: string) => SluiceError | null
  readonly authorization: (url: URL) => string | null
  /** Once, and not after `cancel`. */
  readonly onDone: (outcome: Outcome) => void
}

/** One resource, with its redirects, within its bounds. */
class Fetch {
  readonly #request: HlsRequest
  readonly #parts: FetchParts
  #call: ClientRequest | null = null
  #timers: { total: Timer | null; step: Timer | null } = { total: null, step: null }
  #isDone = false
  #hops = 0

  constructor(request: HlsRequest, parts: FetchParts) {
    this.#request = request
    this.#parts = parts
  }

  start(): void {
    const { totalTimeoutMs } = this.#parts.limits
    this.#timers.total = this.#parts.clock.after(
      totalTimeoutMs,
      this.#parts.guard.wrap(() => this.#timeOut(`not whole within ${totalTimeoutMs} ms`)),
    )
    this.#go(new URL(this.#request.url))
  }

  cancel(): void {
    this.#isDone = true
    this.#timers.total?.cancel()
    this.#timers.step?.cancel()
    this.#call?.destroy()
  }

  #go(url: URL): void {
    const refused = this.#parts.refuseHost(url.hostname)
    if (refused !== null) {
      queueMicrotask(() => this.#done(classifyHttpError(refused, this.#request.kind)))
      return
    }
    const { answerTimeoutMs } = this.#parts.limits
    this.#await(answerTimeoutMs, `no answer within ${answerTimeoutMs} ms`)
    const { range } = this.#request
    const authorization = this.#parts.authorization(url)
    const headers = {
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'Sluice',
      ...(range === null ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
      ...(authorization === null ? {} : { authorization }),
    }
    const { agents } = this.#parts
    const call =
      url.protocol === 'https:' ? requestHttps(url, { headers, agent: agents.https }) : requestHttp(url, { headers, agent: agents.http })
    this.#call = call
    const { guard } = this.#parts
    guard.on(call, 'response', (response: IncomingMessage) => this.#onResponse(url, response))
    guard.on(call, 'error', (err: Error) => {
      if (call === this.#call) this.#done(classifyHttpError(err, this.#request.kind))
    })
    call.end()
  }

  #onResponse(url: URL, response: IncomingMessage): void {
    const { kind } = this.#request
    const status = response.statusCode ?? 0
    if (redirects.includes(status) && response.headers.location !== undefined) {
      this.#drop()
      this.#follow(url, response.headers.location)
    } else if (status !== 200 && status !== 206) this.#done(statusFailure(status, kind))
    else if (status === 206 && this.#request.range === null) this.#done(httpFailure(`${kind}: a part was sent, the whole was asked for`))
    else if (!['', 'identity'].includes(response.headers['content-encoding'] ?? '')) {
      this.#done(httpFailure(`${kind}: the answer is compressed, which was not asked for`))
    } else this.#read(url, response, status === 200 ? this.#request.range : null)
  }

  #follow(from: URL, location: string): void {
    const { maxRedirects } = this.#parts.limits
    const to = resolveHlsUrl(location, from.href)
    if (to === null) this.#done(httpFailure(`${this.#request.kind}: the server sends on to what is no web address`))
    else if (++this.#hops > maxRedirects) {
      const message = `${this.#request.kind}: the server sent on more than ${maxRedirects} times`
      this.#done({ kind: 'handshake', code: 'HLS_REDIRECTS', message })
    } else this.#go(new URL(to))
  }

  /** `cut`: the server sent all, where a part was asked for. */
  #read(url: URL, response: IncomingMessage, cut: HlsRequest['range']): void {
    const { kind, maxBytes } = this.#request
    const { idleTimeoutMs } = this.#parts.limits
    const mostBytes = maxBytes + (cut?.offset ?? 0)
    const contentType = response.headers['content-type'] ?? ''
    const server = String(response.headers['server'] ?? '').slice(0, maxServerChars) || null
    const remoteAddress = response.socket.remoteAddress ?? ''
    const pieces: Uint8Array[] = []
    let byteCount = 0
    const isTooLarge = (bytes: number): boolean => {
      if (bytes <= mostBytes) return false
      this.#done({ kind: 'handshake', code: 'HLS_TOO_LARGE', message: `${kind}: more than ${mostBytes} bytes` })
      return true
    }
    if (isTooLarge(Number(response.headers['content-length'] ?? 0))) return
    const wait = (): void => this.#await(idleTimeoutMs, `nothing came for ${idleTimeoutMs} ms`)
    wait()
    const { guard } = this.#parts
    guard.on(response, 'data', (piece: Uint8Array) => {
      byteCount += piece.length
      if (this.#isDone || isTooLarge(byteCount)) return
      pieces.push(piece)
      wait()
    })
    guard.on(response, 'error', (err: Error) => this.#done(classifyHttpError(err, kind)))
    guard.on(response, 'end', () => {
      const all = concatBytes(pieces)
      const bytes = cut === null ? all : all.subarray(cut.offset, cut.offset + cut.length)
      this.#done({ url: url.href, bytes, contentType, remoteAddress, server })
    })
  }

  #await(ms: number, message: string): void {
    this.#timers.step?.cancel()
    this.#timers.step = this.#parts.clock.after(
      ms,
      this.#parts.guard.wrap(() => this.#timeOut(message)),
    )
  }

  #timeOut(message: string): void {
    this.#done({ kind: 'tcp', code: 'HLS_TIMEOUT', message: `${this.#request.kind}: ${message}` })
  }

  /** Ends the call without a word from it. */
  #drop(): void {
    const call = this.#call
    this.#call = null
    if (call !== null) this.#parts.guard.on(call, 'error', () => {}) // of no interest any more, but an error without listener ends the process
    call?.destroy()
  }

  #done(outcome: Outcome): void {
    if (this.#isDone) return
    const isWhole = !('kind' in outcome)
    this.#isDone = true
    this.#timers.total?.cancel()
    this.#timers.step?.cancel()
    if (!isWhole) this.#drop() // a whole answer leaves its connection to the next request
    this.#parts.onDone(outcome)
  }
}

const internalFailure: Failure = { kind: 'remote-close', code: 'HLS_INTERNAL', message: 'a fault in Sluice ended the session' }

const httpFailure = (message: string): Failure => ({ kind: 'handshake', code: 'HLS_HTTP', message })
