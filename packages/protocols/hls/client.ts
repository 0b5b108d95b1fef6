import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, gunzip } from 'node:zlib'
import { BoundedBytes } from '@sluice/base/bounded'
import type { Timer } from '@sluice/base/clock'
import { type Failure, SluiceError } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import type { HlsSource, HlsSourceOptions } from './client-types.ts'
import { CookieJar } from './cookie-jar.ts'
import { classifyHttpError, statusFailure } from './http-failure.ts'
import { defaultHlsLimits, type HlsLimits } from './limits.ts'
import { type HlsRequest, HlsSession } from './session.ts'
import { type HlsUrl, parseHlsUrl, resolveHlsUrl } from './url.ts'

const redirects = [301, 302, 303, 307, 308]
const maxServerChars = 60
/** Of an answer's first bytes, whatever the ratio is. */
const freeUnpackBytes = 64 * 1024
/** What we can read, and so what we ask for; a server that compresses without being asked is read as well. */
const acceptEncoding = 'gzip, deflate, br'
const unpackers: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** Fetches an HLS stream: its playlists and segments over HTTP, its frames in real time. */
export function openHlsSource(options: HlsSourceOptions): HlsSource {
  return new Source(options)
}

class Source implements HlsSource {
  readonly #options: HlsSourceOptions
  readonly #limits: HlsLimits
  readonly #guard: Guard
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  // bound: one a playlist of the source, of which there are two at most
  readonly #fetches = new Set<Fetch>()
  readonly #cookies = new CookieJar()
  #session: HlsSession | null = null
  #timer: Timer | null = null
  #isEnded = false
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
    this.#isEnded = true
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
        cancel: (id) => this.#cancel(id),
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
      cookies: this.#cookies,
      refuseHost: refuseHost ?? (() => null),
      // User and password are for the server that they were given for.
      authorization: (url) => (root.authorization !== null && url.origin === new URL(root.url).origin ? root.authorization : null),
      onDone: (outcome) => {
        this.#fetches.delete(fetch)
        this.#receive(request.id, outcome)
      },
    })
    this.#fetches.add(fetch)
    fetch.start()
  }

  #cancel(id: number): void {
    for (const fetch of this.#fetches) {
      if (fetch.id !== id) continue
      fetch.cancel()
      this.#fetches.delete(fetch)
    }
  }

  #receive(id: number, outcome: Outcome): void {
    const nowMs = this.#options.clock.nowMs()
    if (!('kind' in outcome)) {
      this.bytesReceived += outcome.bytes.length
      this.remoteAddress = outcome.remoteAddress
      this.server = outcome.server
    }
    if ('kind' in outcome) this.#session?.onFailure(id, outcome, nowMs)
    else this.#session?.onAnswer(id, outcome, nowMs)
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
    if (this.#isEnded) return
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
  readonly cookies: CookieJar
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
  #unpacker: Transform | null = null
  #isDone = false
  #hops = 0

  constructor(request: HlsRequest, parts: FetchParts) {
    this.#request = request
    this.#parts = parts
  }

  get id(): number {
    return this.#request.id
  }

  start(): void {
    const { totalTimeoutMs } = this.#parts.limits
    this.#timers.total = this.#parts.clock.after(
      totalTimeoutMs,
      this.#parts.guard.wrap(() => this.#timeOut(`not complete within ${totalTimeoutMs / 1000} s`)),
    )
    this.#go(new URL(this.#request.url))
  }

  cancel(): void {
    this.#isDone = true
    this.#timers.total?.cancel()
    this.#timers.step?.cancel()
    this.#call?.destroy()
    this.#unpacker?.destroy()
  }

  #go(url: URL): void {
    const refused = this.#parts.refuseHost(url.hostname)
    if (refused !== null) {
      queueMicrotask(() => this.#done(classifyHttpError(refused, this.#request.kind)))
      return
    }
    const { answerTimeoutMs } = this.#parts.limits
    this.#await(answerTimeoutMs, `no answer within ${answerTimeoutMs / 1000} s`)
    const { range } = this.#request
    const authorization = this.#parts.authorization(url)
    const cookie = this.#parts.cookies.header(url, this.#parts.clock.wallMs())
    const headers = {
      accept: '*/*',
      // A part of what is compressed is of no use.
      'accept-encoding': range === null ? acceptEncoding : 'identity',
      'user-agent': 'Sluice',
      ...(cookie === null ? {} : { cookie }),
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
    this.#parts.cookies.put(url, response.headers['set-cookie'] ?? [], this.#parts.clock.wallMs())
    const encoding = (response.headers['content-encoding'] ?? '').trim().toLowerCase()
    if (redirects.includes(status) && response.headers.location !== undefined) {
      this.#drop()
      this.#follow(url, response.headers.location)
    } else if (status !== 200 && status !== 206) this.#done(statusFailure(status, kind))
    else if (status === 206 && this.#request.range === null) this.#done(httpFailure(`${kind}: a part was sent, the whole was asked for`))
    else if (encoding === '' || encoding === 'identity') this.#read(url, response, status === 200 ? this.#request.range : null, null)
    else if (unpackers[encoding] === undefined)
      this.#done(compressedFailure(`${kind}: the answer is packed in a way that is neither gzip, deflate nor br`))
    else if (status === 206) this.#done(compressedFailure(`${kind}: a part of a compressed answer was sent, which nobody can unpack`))
    else this.#read(url, response, this.#request.range, unpackers[encoding]())
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

  /** `cut`: the server sent all, where a part was asked for. `unpacker`: it is compressed. */
  #read(url: URL, response: IncomingMessage, cut: HlsRequest['range'], unpacker: Transform | null): void {
    const { kind, maxBytes } = this.#request
    const { idleTimeoutMs } = this.#parts.limits
    const mostBytes = maxBytes + (cut?.offset ?? 0)
    const contentType = response.headers['content-type'] ?? ''
    const server = String(response.headers['server'] ?? '').slice(0, maxServerChars) || null
    const remoteAddress = response.socket.remoteAddress ?? ''
    const pieces = new BoundedBytes(mostBytes)
    let byteCount = 0
    const isTooLarge = (bytes: number): boolean => {
      if (bytes <= mostBytes) return false
      this.#done({ kind: 'handshake', code: 'HLS_TOO_LARGE', message: `${kind}: it is larger than ${formatSize(maxBytes)}` })
      return true
    }
    if (isTooLarge(Number(response.headers['content-length'] ?? 0))) return
    let packedBytes = 0
    const isBomb = (): boolean => {
      if (unpacker === null || byteCount <= freeUnpackBytes + packedBytes * this.#parts.limits.maxUnpackRatio) return false
      const times = this.#parts.limits.maxUnpackRatio
      this.#done(compressedFailure(`${kind}: the answer unpacks to more than ${times} times what came`))
      return true
    }
    const wait = (): void => this.#await(idleTimeoutMs, `nothing came for ${idleTimeoutMs / 1000} s`)
    wait()
    const { guard } = this.#parts
    const source = unpacker ?? response
    this.#unpacker = unpacker
    if (unpacker !== null) {
      guard.on(unpacker, 'error', () => this.#done(compressedFailure(`${kind}: the compressed answer is broken`)))
      guard.on(response, 'data', (piece: Uint8Array) => {
        packedBytes += piece.length
      })
      response.pipe(unpacker)
    }
    guard.on(source, 'data', (piece: Uint8Array) => {
      byteCount += piece.length
      if (this.#isDone || isTooLarge(byteCount) || isBomb()) return
      pieces.append(piece)
      wait()
    })
    guard.on(response, 'error', (err: Error) => this.#done(classifyHttpError(err, kind)))
    guard.on(source, 'end', () => {
      if (this.#isDone) return
      const all = pieces.take()
      const give = (whole: Uint8Array): void => {
        const bytes = cut === null ? whole : whole.subarray(cut.offset, cut.offset + cut.length)
        this.#done({ url: url.href, bytes, contentType, remoteAddress, server })
      }
      if (unpacker === null && isGzip(all)) this.#unpackStored(all, mostBytes, give)
      else give(all)
    })
  }

  /** Stored compressed and sent as if it were not: object stores do so. No playlist or segment begins as gzip does. */
  #unpackStored(packed: Uint8Array, mostBytes: number, give: (bytes: Uint8Array) => void): void {
    const { maxUnpackRatio } = this.#parts.limits
    const maxOutputLength = Math.min(mostBytes, freeUnpackBytes + packed.length * maxUnpackRatio)
    const { guard } = this.#parts
    const onUnpacked = guard.wrap((error: Error | null, bytes: Uint8Array) => {
      if (error === null) give(bytes)
      else
        this.#done(
          compressedFailure(`${this.#request.kind}: the compressed answer is broken, or unpacks to more than ${maxOutputLength} bytes`),
        )
    })
    gunzip(packed, { maxOutputLength }, onUnpacked)
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
    if (!isWhole) this.#unpacker?.destroy()
    if (!isWhole) this.#drop() // a whole answer leaves its connection to the next request
    this.#parts.onDone(outcome)
  }
}

const internalFailure: Failure = { kind: 'remote-close', code: 'HLS_INTERNAL', message: 'a fault in Sluice ended the session' }

/** Limits are whole MiB; tests have smaller ones. */
const formatSize = (bytes: number): string => (bytes < 2 ** 20 ? `${bytes} bytes` : `${Math.round(bytes / 2 ** 20)} MiB`)

const isGzip = (b: Uint8Array): boolean => b[0] === 0x1f && b[1] === 0x8b && b[2] === 8

const compressedFailure = (message: string): Failure => ({ kind: 'handshake', code: 'HLS_COMPRESSED', message })
const httpFailure = (message: string): Failure => ({ kind: 'handshake', code: 'HLS_HTTP', message })
