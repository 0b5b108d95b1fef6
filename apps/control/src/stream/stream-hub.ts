import type { Clock, Timer } from '@sluice/base/clock'
import type { ChannelStats } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { type ConfigStore, toOutputRecord } from '../desired/index.ts'
import { type Presenter, presentChannel, presentOutput } from '../present/index.ts'
import { FigureTurns, turnMs } from './figure-turns.ts'
import { frame, Subscriber, type SubscriberOptions } from './subscriber.ts'

/** The first change is sent at once, those within this time after it as one: 500 outputs that come up at once cost a few messages. */
const coalesceMs = 50
/** Until the next part of a present state that is sent in parts. */
const restMs = 10

/** The figures of all channels of an engine that move, as of `at`. */
export type EngineSecond = { readonly engineId: string; readonly at: string; readonly channels: readonly ChannelSecond[] }
/** `isNew`: the figures are not those of the second before. */
type ChannelSecond = { readonly stats: ChannelStats; readonly isNew: boolean }

/**
 * Fans out events and the present state to everybody who watches. State is sent as it is at the time, never as a backlog. Events and changed
 * states go first; figures are spread over the second, and only those that changed: of the others it is said that they hold.
 */
export class StreamHub {
  readonly #configs: ConfigStore
  readonly #presenter: Presenter
  readonly #clock: Clock
  // bound: one an open event stream; connections to the API bound them
  readonly #subscribers = new Set<Subscriber>()
  #timer: Timer | null = null
  #sentAtMs = Number.NEGATIVE_INFINITY
  readonly #turns = new FigureTurns()
  #turnTimer: Timer | null = null

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
      subscriber.channelChanged(id)
      subscriber.figuresChanged(id)
      for (const output of outputs) subscriber.outputChanged(output.id, id)
    }
    this.#schedule()
    this.#turn(subscriber.figures)
    return subscriber
  }

  unsubscribe(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber)
  }

  /** The channel, and those of its outputs, are another now. */
  changed(channelId: string, outputIds: readonly string[]): void {
    for (const subscriber of this.#watching(this.#configs.workspaceOf(channelId), channelId)) {
      subscriber.channelChanged(channelId)
      for (const outputId of outputIds) subscriber.outputChanged(outputId, channelId)
    }
    this.#schedule()
  }

  figures({ engineId, at, channels }: EngineSecond): void {
    if (this.#subscribers.size === 0) return
    // What is left of the second before goes now: a machine that can't keep the pace must not keep anybody from this one.
    this.#writeFigures(this.#turns.takeAll())
    const changed: string[] = []
    for (const { stats, isNew } of channels) {
      const { channelId } = stats
      if (isNew) changed.push(channelId)
      for (const subscriber of this.#watching(this.#configs.workspaceOf(channelId), channelId)) {
        if (isNew) subscriber.figuresChanged(channelId)
        else subscriber.figuresHold(engineId, at)
      }
    }
    this.#turn(changed)
  }

  /** What was sent of these channels' figures is not true any more, or true again. */
  stale(channelIds: readonly string[]): void {
    for (const channelId of channelIds) {
      for (const subscriber of this.#watching(this.#configs.workspaceOf(channelId), channelId)) subscriber.figuresChanged(channelId)
    }
    this.#turn(channelIds)
  }

  gone(workspaceId: string, channelId: string, kind: 'channel' | 'output', id: string): void {
    for (const subscriber of this.#watching(workspaceId, channelId)) subscriber.gone(kind, id)
    this.#schedule()
  }

  /** Stored events, each for the members of a workspace; null: for all. They come in batches as they are, and are sent at once. */
  events(events: readonly { workspaceId: string | null; event: StoredEvent }[]): void {
    const told = new Set<Subscriber>()
    for (const { workspaceId, event } of events) {
      const text = frame({ type: 'event', event })
      for (const subscriber of this.#subscribers) {
        if (!subscriber.seesEvent(workspaceId, event.channelId)) continue
        subscriber.queue(text, Number(event.id))
        told.add(subscriber)
      }
    }
    const nowMs = this.#clock.nowMs()
    for (const subscriber of told) if (!subscriber.writeEvents(nowMs)) this.#schedule()
  }

  /** Ends the streams of one caller, whose right to them may be gone: a browser with another session comes back within a second. */
  cutActor(actorId: string, reason: string): void {
    for (const subscriber of this.#subscribers) if (subscriber.options.actorId === actorId) subscriber.options.cut(reason)
  }

  /** Ends every stream: its clients come back to the next control. */
  close(): void {
    this.#timer?.cancel()
    this.#turnTimer?.cancel()
    for (const subscriber of this.#subscribers) subscriber.options.cut('Sluice is stopping')
    this.#subscribers.clear()
  }

  *#watching(workspaceId: string | undefined, channelId: string): Generator<Subscriber> {
    if (workspaceId === undefined) return
    for (const subscriber of this.#subscribers) if (subscriber.watches(workspaceId, channelId)) yield subscriber
  }

  #schedule(): void {
    if (this.#timer !== null) return
    const waitMs = Math.max(0, this.#sentAtMs + coalesceMs - this.#clock.nowMs())
    this.#timer = this.#clock.after(waitMs, () => this.#flush())
  }

  #flush(): void {
    this.#timer = null
    const nowMs = this.#clock.nowMs()
    this.#sentAtMs = nowMs
    const texts = new Map<string, string>()
    let [hasMore, isBehind] = [false, false]
    for (const subscriber of this.#subscribers) {
      const verdict = subscriber.flush(nowMs, (kind, id, channelId) => this.#stateText(texts, kind, id, channelId, subscriber))
      if (verdict === 'cut') this.#subscribers.delete(subscriber)
      else if (verdict === 'behind') isBehind = true
      else if (subscriber.hasMore) hasMore = true
      // Those that it missed while it was behind.
      if (verdict === 'written' && subscriber.owesFigures) this.#turn(subscriber.figures)
    }
    if (hasMore) this.#timer = this.#clock.after(restMs, () => this.#flush())
    else if (isBehind) this.#schedule()
  }

  /** Figures of these channels wait to be sent. */
  #turn(channelIds: Iterable<string>): void {
    this.#turns.add(channelIds)
    this.#turnTimer ??= this.#clock.after(0, () => this.#nextTurn())
  }

  #nextTurn(): void {
    this.#writeFigures(this.#turns.take())
    this.#turnTimer = this.#turns.isEmpty ? null : this.#clock.after(turnMs, () => this.#nextTurn())
  }

  #writeFigures(channelIds: readonly string[]): void {
    const nowMs = this.#clock.nowMs()
    const texts = new Map<string, string>()
    for (const subscriber of this.#subscribers) {
      // One that is behind is looked at until it has read, or is cut.
      if (!subscriber.writeFigures(nowMs, channelIds, (channelId) => this.#figuresText(texts, channelId))) this.#schedule()
    }
  }

  #figuresText(texts: Map<string, string>, channelId: string): string {
    const { live } = this.#presenter
    return kept(texts, channelId, () => frame({ type: 'stats', engineId: live.engineOf(channelId), stats: live.stats(channelId) }))
  }

  /** Made once for all who see the same. */
  #stateText(texts: Map<string, string>, kind: 'channel' | 'output', id: string, channelId: string, { options }: Subscriber): string {
    const { audience } = options
    const config = this.#configs.get(channelId)
    if (kind === 'channel') {
      return kept(texts, `${id} ${audience.canReadKeys} ${audience.place.origin}`, () =>
        config === undefined ? '' : frame({ type: 'channel', channel: presentChannel(this.#presenter, config.record, audience) }),
      )
    }
    return kept(texts, id, () => {
      const row = config?.outputs.find((output) => output.id === id)
      return row === undefined ? '' : frame({ type: 'output', output: presentOutput(this.#presenter, toOutputRecord(row)) })
    })
  }
}

function kept(texts: Map<string, string>, name: string, make: () => string): string {
  const before = texts.get(name)
  if (before !== undefined) return before
  const text = make()
  texts.set(name, text)
  return text
}
