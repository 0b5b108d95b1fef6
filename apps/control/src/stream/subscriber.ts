import { BoundedQueue } from '@sluice/base/bounded'
import type { Audience } from '../present/index.ts'

/** Bytes that may wait in a client's socket before it counts as behind. */
const highWaterBytes = 256 * 1024
/** Events cannot be left out as states can: a client that has so many to read, or is behind so long, is cut and resumes. */
const maxQueuedTexts = 5000
const maxQueuedBytes = 16 * 1024 * 1024
const maxBehindMs = 20_000

export type SubscriberOptions = {
  actorId: string
  workspaceId: string
  /** Null: all channels of the workspace. */
  channelId: string | null
  sees: { events: boolean; channels: boolean; outputs: boolean }
  audience: Audience
  write(text: string): void
  bufferedBytes(): number
  cut(reason: string): void
}

/** One client of the event stream: what it must still be told. Each state is told as it is when its turn comes. */
export class Subscriber {
  readonly options: SubscriberOptions
  // bound: ids of the workspace’s channels, emptied with each turn
  readonly channels = new Set<string>()
  /** Output ids with their channel's. */
  // bound: ids of the workspace’s outputs, emptied with each turn
  readonly outputs = new Map<string, string>()
  // bound: ids of the workspace’s channels, emptied with each turn
  readonly stats = new Set<string>()
  readonly #texts = new BoundedQueue<{ text: string; seq: number }>({
    maxCount: maxQueuedTexts,
    maxBytes: maxQueuedBytes,
    bytesOf: ({ text }) => text.length,
  })
  /** Something did not fit: what follows would have a hole in it. */
  #hasLost = false
  #isPaused = true
  #behindSinceMs: number | null = null

  constructor(options: SubscriberOptions) {
    this.options = options
  }

  get seesState(): boolean {
    return this.options.sees.channels || this.options.sees.outputs
  }

  watches(workspaceId: string, channelId: string): boolean {
    return workspaceId === this.options.workspaceId && (this.options.channelId === null || this.options.channelId === channelId)
  }

  seesEvent(workspaceId: string | null, channelId: string | null): boolean {
    const { sees, channelId: only } = this.options
    if (!sees.events || (workspaceId !== null && workspaceId !== this.options.workspaceId)) return false
    return only === null || only === channelId
  }

  /** Queues what must not be left out. `seq`: of a stored event. */
  queue(text: string, seq = Number.POSITIVE_INFINITY): void {
    if (this.#texts.offer({ text, seq }) === 'full') this.#hasLost = true
  }

  /** The client has all events up to `seq`; from now on it is written to. */
  resume(seq: number): void {
    for (const entry of this.#texts.takeAll()) if (entry.seq > seq) this.#texts.offer(entry)
    this.#isPaused = false
  }

  /** Writes what waits, unless the client has not read what came before. */
  flush(nowMs: number, textOf: (kind: 'channel' | 'output' | 'stats', id: string) => string): 'written' | 'behind' | 'cut' {
    if (this.#hasLost) return this.#cut()
    if (this.#isPaused || this.options.bufferedBytes() > highWaterBytes) return this.#fallBehind(nowMs)
    this.#behindSinceMs = null
    const { channels, outputs } = this.options.sees
    const texts = this.#texts.takeAll().map((entry) => entry.text)
    if (channels) for (const id of this.channels) texts.push(textOf('channel', id))
    if (outputs) for (const id of this.outputs.keys()) texts.push(textOf('output', id))
    if (channels) for (const id of this.stats) texts.push(textOf('stats', id))
    this.channels.clear()
    this.outputs.clear()
    this.stats.clear()
    const text = texts.join('')
    if (text !== '') this.options.write(text)
    return 'written'
  }

  #fallBehind(nowMs: number): 'behind' | 'cut' {
    this.#behindSinceMs ??= nowMs
    return nowMs - this.#behindSinceMs <= maxBehindMs ? 'behind' : this.#cut()
  }

  #cut(): 'cut' {
    this.options.cut('the client does not read')
    return 'cut'
  }
}
