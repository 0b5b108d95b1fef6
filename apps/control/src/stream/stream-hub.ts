import type { Clock, Timer } from '@sluice/base/clock'
import type { StreamMessage } from '@sluice/contract/api'
import { type ConfigStore, toOutputRecord } from '../desired/index.ts'
import type { LoggedEvent } from '../events/index.ts'
import { type Audience, type Presenter, presentChannel, presentOutput } from '../present/index.ts'
import { Subscriber, type SubscriberOptions } from './subscriber.ts'

/** The first change is sent at once, those within this time after it as one: 500 outputs that come up at once cost a few messages. */
const coalesceMs = 50

/** Fans out events and the present state to everybody who watches. State is sent as it is at the time, never as a backlog. */
export class StreamHub {
  readonly #configs: ConfigStore
  readonly #presenter: Presenter
  readonly #clock: Clock
  // bound: one an open event stream; connections to the API bound them
  readonly #subscribers = new Set<Subscriber>()
  #timer: Timer | null = null
  #sentAtMs = Number.NEGATIVE_INFINITY
  /** Texts made in one flush, shared by all subscribers that see the same. */
  // bound: one a state that changed since the last turn, emptied with each
  readonly #texts = new Map<string, string>()

  constructor(parts: { configs: ConfigStore; presenter: Presenter; clock: Clock }) {
    this.#configs = parts.configs
    this.#presenter = parts.presenter
    this.#clock = parts.clock
  }

  get size(): number {
    return this.#subscribers.size
  }
  countOf(actorId: string): number {
    return [...this.#subscribers].filter((subscriber) => subscriber.options.actorId === actorId).length
  }

  /** Begins with the whole present state, once the caller has sent the events that were missed and lets the subscriber resume. */
  subscribe(options: SubscriberOptions): Subscriber {
    const subscriber = new Subscriber(options)
    this.#subscribers.add(subscriber)
    for (const { record, outputs } of this.#configs.all) {
      const { id, workspace_id } = record.channel
      if (!subscriber.watches(workspace_id, id)) continue
      subscriber.channels.add(id)
      subscriber.stats.add(id)
      for (const output of outputs) subscriber.outputs.set(output.id, id)
    }
    this.#schedule()
    return subscriber
  }

  unsubscribe(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber)
  }

  /** The channel, and those of its outputs, are another now. */
  changed(channelId: string, outputIds: readonly string[]): void {
    const workspaceId = this.#configs.workspaceOf(channelId)
    for (const subscriber of this.#watching(workspaceId, channelId)) {
      subscriber.channels.add(channelId)
      for (const outputId of outputIds) subscriber.outputs.set(outputId, channelId)
    }
    this.#schedule()
  }

  statsCame(channelIds: readonly string[]): void {
    for (const channelId of channelIds) {
      for (const subscriber of this.#watching(this.#configs.workspaceOf(channelId), channelId)) subscriber.stats.add(channelId)
    }
    this.#schedule()
  }

  gone(workspaceId: string, channelId: string, kind: 'channel' | 'output', id: string): void {
    const text = frame({ type: 'gone', kind, id })
    for (const subscriber of this.#watching(workspaceId, channelId)) {
      if (subscriber.seesState) subscriber.queue(text)
      subscriber.outputs.delete(id)
      if (kind === 'channel') subscriber.channels.delete(id)
    }
    this.#schedule()
  }

  events(events: readonly LoggedEvent[]): void {
    for (const { workspaceId, event } of events) {
      const text = frame({ type: 'event', event })
      for (const subscriber of this.#subscribers) {
        if (subscriber.seesEvent(workspaceId, event.channelId)) subscriber.queue(text, Number(event.id))
      }
    }
    this.#schedule()
  }

  /** Ends the streams of one caller, whose right to them may be gone: a browser with another session comes back within a second. */
  cutActor(actorId: string, reason: string): void {
    for (const subscriber of this.#subscribers) if (subscriber.options.actorId === actorId) subscriber.options.cut(reason)
  }

  /** Ends every stream: its clients come back to the next control. */
  close(): void {
    this.#timer?.cancel()
    for (const subscriber of this.#subscribers) subscriber.options.cut('Sluice is stopping')
    this.#subscribers.clear()
  }

  #watching(workspaceId: string | undefined, channelId: string): Subscriber[] {
    return [...this.#subscribers].filter((subscriber) => workspaceId !== undefined && subscriber.watches(workspaceId, channelId))
  }

  #schedule(): void {
    if (this.#timer !== null) return
    const waitMs = Math.max(0, this.#sentAtMs + coalesceMs - this.#clock.nowMs())
    this.#timer = this.#clock.after(waitMs, () => this.#flush())
  }

  #flush(): void {
    this.#timer = null
    this.#texts.clear()
    const nowMs = this.#clock.nowMs()
    this.#sentAtMs = nowMs
    for (const subscriber of this.#subscribers) {
      const verdict = subscriber.flush(nowMs, (kind, id) => this.#text(kind, id, subscriber))
      if (verdict === 'behind') this.#schedule()
      if (verdict === 'cut') this.#subscribers.delete(subscriber)
    }
    this.#texts.clear()
  }

  #text(kind: 'channel' | 'output' | 'stats', id: string, { options, outputs }: Subscriber): string {
    const { audience } = options
    const name = kind === 'channel' ? `${id} ${audience.canReadKeys} ${audience.place.origin}` : `${kind} ${id}`
    let text = this.#texts.get(name)
    if (text === undefined) {
      const message = this.#message(kind, id, outputs.get(id), audience)
      text = message === null ? '' : frame(message)
      this.#texts.set(name, text)
    }
    return text
  }

  #message(kind: 'channel' | 'output' | 'stats', id: string, channelId: string | undefined, audience: Audience): StreamMessage | null {
    const { live } = this.#presenter
    if (kind === 'stats') return { type: 'stats', stats: live.stats(id) }
    if (kind === 'channel') {
      const config = this.#configs.get(id)
      return config === undefined ? null : { type: 'channel', channel: presentChannel(this.#presenter, config.record, audience) }
    }
    const row = this.#configs.get(channelId ?? '')?.outputs.find((output) => output.id === id)
    return row === undefined ? null : { type: 'output', output: presentOutput(live, toOutputRecord(row)) }
  }
}

/** One server-sent event. Only stored events have an id, so that a client resumes at one. Spec: HTML §9.2.6 */
export function frame(message: StreamMessage): string {
  const id = message.type === 'event' ? `id: ${message.event.id}\n` : ''
  return `${id}event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`
}
