import { Agent, type IncomingMessage, request } from 'node:http'
import { type Channel, paths } from '@sluice/contract/api'
import { sleep } from '../support/children.ts'
import { readProcess } from '../support/process-figures.ts'
import type { Client, Headers } from './client.ts'

/** When nothing but figures has come for so long, all of the present state has. */
const quietMs = 1500
const lateMs = 5000
const restMs = 10_000

/** Milliseconds from the rename's request to what each stream gets of it. */
export type Delays = { event: number[]; state: number[] }
/** What control uses while the streams are open and nothing happens: milliseconds of CPU a second, and bytes that all streams get. */
export type AtRest = { cpuMs: number; bytes: number }

/**
 * One client of the event stream. It takes a message apart only where it waits for one: 50 clients that parse everything, in one process,
 * would measure themselves.
 */
class Stream {
  lastMs = performance.now()
  bytes = 0
  /** What a message must hold to be handed on. */
  wanted: string | null = null
  onMessage: (text: string, atMs: number) => void = () => {}
  readonly #response: IncomingMessage
  #rest = ''

  constructor(response: IncomingMessage) {
    this.#response = response
    response.setEncoding('latin1').on('data', (text: string) => this.#receive(text))
  }

  static open(url: string, headers: Headers, agent: Agent): Promise<Stream> {
    return new Promise((resolve, reject) => {
      const asked = request(url + paths.events, { headers, agent }, (response) => {
        if (response.statusCode === 200) resolve(new Stream(response))
        else reject(new Error(`event stream: ${response.statusCode}`))
      })
      asked.on('error', reject)
      asked.end()
    })
  }

  close(): void {
    this.#response.destroy()
  }

  #receive(text: string): void {
    const atMs = performance.now()
    this.bytes += text.length
    const all = this.#rest + text
    const endAt = all.lastIndexOf('\n\n') + 2
    this.#rest = endAt < 2 ? all : all.slice(endAt)
    if (endAt < 2) return
    if (this.wanted === null) {
      if (/^event: (?:channel|output)$/m.test(all)) this.lastMs = atMs
    } else if (all.includes(this.wanted)) {
      for (const message of all.slice(0, endAt).split('\n\n')) if (message.includes(this.wanted)) this.onMessage(message, atMs)
    }
  }
}

/** Renames channels by turns while `count` streams of one key are open, and waits each time until all of them have heard. */
export async function measureStreams(
  { url, client, headers, ids, pid }: { url: string; client: Client; headers: Headers; ids: readonly string[]; pid: number },
  { count, renames }: { count: number; renames: number },
): Promise<{ delays: Delays; atRest: AtRest }> {
  const agent = new Agent({ keepAlive: false, maxSockets: count })
  const streams = await Promise.all(Array.from({ length: count }, () => Stream.open(url, headers, agent)))
  while (Math.max(...streams.map(({ lastMs }) => lastMs)) > performance.now() - quietMs) await sleep(100)
  const atRest = await measureRest(streams, pid)
  const delays: Delays = { event: [], state: [] }
  for (let i = 0; i < renames; i++) {
    const name = `Renamed ${i} of the bench`
    const heard = Promise.all(streams.map((stream) => untilHeard(stream, name)))
    const startMs = performance.now()
    await client.ok<Channel>('PATCH', paths.channel(ids[i % ids.length]!), { name })
    for (const { eventMs, stateMs } of await heard) {
      delays.event.push(eventMs - startMs)
      delays.state.push(stateMs - startMs)
    }
    // Not in step with anything that control does at its own times.
    await sleep(150 + ((i * 37) % 100))
  }
  for (const stream of streams) stream.close()
  agent.destroy()
  return { delays, atRest }
}

async function measureRest(streams: readonly Stream[], pid: number): Promise<AtRest> {
  const bytes = (): number => streams.reduce((sum, stream) => sum + stream.bytes, 0)
  const [startMs, beforeSeconds, beforeBytes] = [performance.now(), readProcess(pid).cpuSeconds, bytes()]
  await sleep(restMs)
  const seconds = (performance.now() - startMs) / 1000
  return { cpuMs: ((readProcess(pid).cpuSeconds - beforeSeconds) * 1000) / seconds, bytes: (bytes() - beforeBytes) / seconds }
}

/** When the stored event of a rename came, and the channel under its new name. */
function untilHeard(stream: Stream, name: string): Promise<{ eventMs: number; stateMs: number }> {
  return new Promise((resolve, reject) => {
    let eventMs: number | null = null
    let stateMs: number | null = null
    const late = setTimeout(() => reject(new Error(`a stream did not hear of '${name}' within ${lateMs} ms`)), lateMs)
    stream.wanted = name
    stream.onMessage = (message, atMs) => {
      if (message.startsWith('event: channel')) stateMs ??= atMs
      else if (message.includes('event: event')) eventMs ??= atMs
      if (eventMs === null || stateMs === null) return
      clearTimeout(late)
      resolve({ eventMs, stateMs })
    }
  })
}
