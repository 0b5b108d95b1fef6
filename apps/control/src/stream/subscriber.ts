import { BoundedQueue } from '@sluice/base/bounded'
import type { StreamMessage } from '@sluice/contract/api'
import type { Audience } from '../present/index.ts'

/** Bytes that may wait in a client's socket before it counts as behind. */
const highWaterBytes = 256 * 1024
/** Events cannot be left out as states can: a client that has so many to read, or is behind so long, is cut and resumes. */
const maxQueuedTexts = 5000
const maxQueuedBytes = 16 * 1024 * 1024
const maxBehindMs = 20_000
/** States written in one turn: a client that has just come is sent the whole present state, and the others must not wait for that. */
const maxStatesPerTurn = 100

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
  // bound: ids of the workspace’s channels, emptied turn by turn
  readonly #channels = new Set<string>()
  /** Output ids with their channel's. */
  // bound: ids of the workspace’s outputs, emptied turn by turn
  readonly #outputs = new Map<string, string>()
  // bound: ids of the workspace’s channels, emptied turn by turn
  readonly #figures = new Set<string>()
  /** Engines with the second for which figures that were sent before hold as well. */
  // bound: one an engine, at most 64 by the setting
  readonly #unchanged = new Map<string, string>()
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
  /** States are left for the next turn. */
  get hasMore(): boolean {
    return this.#channels.size + this.#outputs.size > 0
  }
  /** Ids of channels whose figures it must still be sent. */
  get figures(): ReadonlySet<string> {
    return this.#figures
  }
  get owesFigures(): boolean {
    return this.#figures.size + this.#unchanged.size > 0
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

  channelChanged(channelId: string): void {
    if (this.options.sees.channels) this.#channels.add(channelId)
  }
  outputChanged(outputId: string, channelId: string): void {
    if (this.options.sees.outputs) this.#outputs.set(outputId, channelId)
  }
  figuresChanged(channelId: string): void {
    if (this.options.sees.channels) this.#figures.add(channelId)
  }
  /** What was sent of the engine's channels holds for the second `at` too, but for those whose figures changed. */
  figuresHold(engineId: string, at: string): void {
    if (this.options.sees.channels) this.#unchanged.set(engineId, at)
  }
  gone(kind: 'channel' | 'output', id: string): void {
    if (this.seesState) this.queue(frame({ type: 'gone', kind, id }))
    this.#outputs.delete(id)
    if (kind === 'output') return
    this.#channels.delete(id)
    this.#figures.delete(id)
  }

  /** The client has all events up to `seq`; from now on it is written to. */
  resume(seq: number): void {
    for (const entry of this.#texts.takeAll()) if (entry.seq > seq) this.#texts.offer(entry)
    this.#isPaused = false
  }

  /** Writes events alone; false when that is left to `flush`, which knows what to do with a client that does not read. */
  writeEvents(nowMs: number): boolean {
    if (this.#hasLost || this.#isBehind(nowMs)) return false
    this.#write(this.#takeTexts().join(''))
    return true
  }

  /** Writes what waits but for figures, events first. `behind`: the client has not read what came before. */
  flush(nowMs: number, textOf: (kind: 'channel' | 'output', id: string, channelId: string) => string): 'written' | 'behind' | 'cut' {
    if (this.#hasLost) return this.#cut()
    if (this.#isBehind(nowMs)) return nowMs - this.#behindSinceMs! <= maxBehindMs ? 'behind' : this.#cut()
    const texts = this.#takeTexts()
    let room = maxStatesPerTurn
    for (const channelId of this.#channels) {
      if (room-- === 0) break
      this.#channels.delete(channelId)
      texts.push(textOf('channel', channelId, channelId))
    }
    for (const [outputId, channelId] of this.#outputs) {
      if (room-- <= 0) break
      this.#outputs.delete(outputId)
      texts.push(textOf('output', outputId, channelId))
    }
    this.#write(texts.join(''))
    return 'written'
  }

  /** Writes the figures of those channels that it must be sent; false when the client has not read what came before. */
  writeFigures(nowMs: number, channelIds: readonly string[], textOf: (channelId: string) => string): boolean {
    if (!this.owesFigures) return true
    if (this.#isBehind(nowMs)) return false
    let text = ''
    for (const channelId of channelIds) if (this.#figures.delete(channelId)) text += textOf(channelId)
    // Said of what the client has by now, so after all that changed.
    if (this.#figures.size === 0) {
      for (const [engineId, at] of this.#unchanged) text += frame({ type: 'unchanged', engineId, at })
      this.#unchanged.clear()
    }
    this.#write(text)
    return true
  }

  #takeTexts(): string[] {
    return this.#texts.takeAll().map((entry) => entry.text)
  }

  #write(text: string): void {
    if (text !== '') this.options.write(text)
  }

  #isBehind(nowMs: number): boolean {
    const isBehind = this.#isPaused || this.options.bufferedBytes() > highWaterBytes
    this.#behindSinceMs = isBehind ? (this.#behindSinceMs ?? nowMs) : null
    return isBehind
  }

  #cut(): 'cut' {
    this.options.cut('the client does not read')
    return 'cut'
  }
}

/** One server-sent event. Only stored events have an id, so that a client resumes at one. Spec: HTML §9.2.6 */
export function frame(message: StreamMessage): string {
  const id = message.type === 'event' ? `id: ${message.event.id}\n` : ''
  return `${id}event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`
}
