import { connect, type Socket } from 'node:net'
import { setPriority } from 'node:os'
import { gunzipSync } from 'node:zlib'
import { readPlaylist } from '@sluice/testkit/playlists'

/** Viewers in a process of their own: `blocked` ones play with low latency, `greedy` ones download the newest segment again and again. */
export type CrowdOrder = { readonly mode: 'none' | 'blocked' | 'greedy'; readonly count: number }
/** `spreadsMs`: of each part at each viewer, after the first of them had it. */
export type CrowdReport = { readonly spreadsMs: number[]; readonly answers: number; readonly refused: number; readonly bytes: number }

// Viewers are on other machines: what they cost here is not to be taken from the engine.
setPriority(19)
const [port = '', base = ''] = process.argv.slice(2)
const rendition = 'v_source.m3u8'
const startSpreadMs = 2000

type Answer = { readonly status: number; readonly etag: string; readonly body: Buffer }
/** What a version of the playlist asks for next, and its newest part and segment. Read once for all who got it. */
type Version = { readonly query: string; readonly part: string | null; readonly segment: string }

/** One connection that asks for one file after another. */
class Client {
  readonly #socket: Socket
  #held: Buffer[] = []
  #heldBytes = 0
  #wanted = 0
  #take: ((answer: Answer) => void) | null = null
  isClosed = false

  constructor() {
    this.#socket = connect(Number(port), '127.0.0.1')
    this.#socket.setNoDelay(true)
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.isClosed = true
      this.#take?.({ status: 0, etag: '', body: Buffer.alloc(0) })
    })
    this.#socket.on('data', (bytes) => this.#receive(bytes))
  }

  ask(file: string): Promise<Answer> {
    this.#socket.write(`GET ${base}/${file} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n`)
    return new Promise((resolve) => {
      this.#take = resolve
      if (this.isClosed) resolve({ status: 0, etag: '', body: Buffer.alloc(0) })
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  /** A body is put together once, when all of it is there: this process has one core for a thousand viewers. */
  #receive(bytes: Buffer): void {
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#heldBytes < this.#wanted) return
    const all = Buffer.concat(this.#held)
    this.#held = [all]
    const headEnd = all.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const head = all.toString('latin1', 0, headEnd)
    this.#wanted = headEnd + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
    if (all.length < this.#wanted) return
    const answer = { status: Number(head.slice(9, 12)), etag: /^etag: (\S+)/im.exec(head)?.[1] ?? '', body: all.subarray(headEnd + 4) }
    this.#held = []
    this.#heldBytes = 0
    this.#wanted = 0
    this.#take?.(answer)
  }
}

let crowd: Client[] = []
let report = { spreadsMs: [] as number[], answers: 0, refused: 0, bytes: 0 }
// bound: the versions of a run, some thousands
const versions = new Map<string, Version>()
// bound: the parts of a run, some thousands
const firstMs = new Map<string, number>()

function versionOf({ etag, body }: Answer): Version {
  const known = versions.get(etag)
  if (known !== undefined) return known
  const { mediaSequence, segments, open } = readPlaylist((body[0] === 0x1f ? gunzipSync(body) : body).toString())
  const parts = open.parts.length > 0 ? open.parts : (segments.at(-1)?.parts ?? [])
  const query = `?_HLS_msn=${mediaSequence + segments.length}&_HLS_part=${open.parts.length}`
  const version = { query, part: parts.at(-1)?.uri ?? null, segment: segments.at(-1)?.uri ?? '' }
  versions.set(etag, version)
  return version
}

function count({ status, body }: Answer): boolean {
  if (status === 200) report.answers++
  else report.refused++
  report.bytes += body.length
  return status === 200
}

async function playBlocked(client: Client): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * startSpreadMs))
  let query = ''
  while (!client.isClosed) {
    const list = await client.ask(rendition + query)
    if (!count(list)) {
      query = ''
      await new Promise((resolve) => setTimeout(resolve, 500))
      continue
    }
    const isBlocked = query !== ''
    const version = versionOf(list)
    query = version.query
    if (version.part === null || !count(await client.ask(version.part))) continue
    const nowMs = performance.now()
    const first = firstMs.get(version.part) ?? nowMs
    firstMs.set(version.part, first)
    // Whoever has just come asks for what others have had for a while.
    if (isBlocked) report.spreadsMs.push(nowMs - first)
  }
}

async function download(client: Client): Promise<void> {
  while (!client.isClosed) {
    const list = await client.ask(rendition)
    if (!count(list)) continue
    const { segment } = versionOf(list)
    for (let i = 0; i < 20 && !client.isClosed; i++) count(await client.ask(segment))
  }
}

process.on('message', (message: CrowdOrder | 'report') => {
  if (message === 'report') {
    process.send?.(report)
    report = { spreadsMs: [], answers: 0, refused: 0, bytes: 0 }
    return
  }
  for (const client of crowd) client.close()
  crowd = message.mode === 'none' ? [] : Array.from({ length: message.count }, () => new Client())
  for (const client of crowd) void (message.mode === 'blocked' ? playBlocked(client) : download(client))
})
