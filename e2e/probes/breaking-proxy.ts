import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { sleep } from '../support/wait.ts'

/** One answer of the media port on its way to the player. */
export type Passing = { status: number; body: Buffer }
/** What a proxy does wrong. `file`: the last part of the path. `ageMs`: since it was told to break. Returns the answer, changed in place. */
export type Break = {
  /** Before the request goes on; what it returns is the answer. */
  readonly instead?: (file: string, query: string) => Passing | null
  readonly ask?: (query: string) => string
  readonly change?: (file: string, passing: Passing) => void
  readonly delayMs?: (file: string) => number
  /** What it does to answers before it is told to break. */
  readonly before?: (file: string, passing: Passing) => void
}

/** Stands between a player and the media port and breaks one rule, from `begin` on. */
export type BreakingProxy = { readonly baseUrl: string; begin(): void; end(): void }

/** `given`: what entry playlists stand below, at the media port; a function where it is not known yet. */
export async function startBreakingProxy(t: TestContext, given: string | (() => string), rule: Break): Promise<BreakingProxy> {
  const targetOf = typeof given === 'string' ? () => given : given
  let isBroken = false
  const server = createServer((incoming, outgoing) => {
    pass(targetOf(), isBroken ? rule : { change: rule.before ?? (() => {}) }, incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const pathname = typeof given === 'string' ? new URL(given).pathname : '/'
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    begin: () => {
      isBroken = true
    },
    end: () => {
      isBroken = false
    },
  }
}

async function pass(target: string, rule: Break, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(incoming.url ?? '/', target)
  const file = pathname.split('/').at(-1) ?? ''
  const query = rule.ask?.(search) ?? search
  const passing = rule.instead?.(file, search) ?? (await fetchPlain(new URL(pathname + query, target), outgoing))
  rule.change?.(file, passing)
  const waitMs = rule.delayMs?.(file) ?? 0
  if (waitMs > 0) await sleep(waitMs)
  outgoing.writeHead(passing.status, { 'content-length': passing.body.length })
  outgoing.end(passing.body)
}

/** As it is, not compressed; gone when the player goes. */
function fetchPlain(url: URL, outgoing: ServerResponse): Promise<Passing> {
  const { promise, resolve, reject } = Promise.withResolvers<Passing>()
  const call = request(url, (response) => {
    const pieces: Buffer[] = []
    response.on('data', (piece: Buffer) => pieces.push(piece))
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces) }))
    response.on('error', reject)
  })
  call.on('error', reject)
  outgoing.once('close', () => call.destroy())
  call.end()
  return promise
}

/** Changes the text of playlists whose name begins with `prefix`. */
export const inPlaylist =
  (prefix: string, change: (text: string) => string): NonNullable<Break['change']> =>
  (file, passing) => {
    if (file.startsWith(prefix) && file.endsWith('.m3u8') && passing.status === 200 && passing.body.includes('#EXT-X-TARGETDURATION'))
      passing.body = Buffer.from(change(passing.body.toString()))
  }

/** Moves the decoding times of every fragment in a file. */
export function moveTimes(body: Buffer, ticks: number): Buffer {
  const moved = Buffer.from(body)
  for (let at = moved.indexOf('tfdt'); at >= 0; at = moved.indexOf('tfdt', at + 4)) {
    const timeAt = at + 8
    moved.writeBigUInt64BE(moved.readBigUInt64BE(timeAt) + BigInt(ticks), timeAt)
  }
  return moved
}
