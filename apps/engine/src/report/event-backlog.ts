import { BoundedQueue } from '@sluice/base/bounded'
import type { Clock } from '@sluice/base/clock'
import { boundValue, cleanText } from '@sluice/base/log'
import type { EngineEvent, EventDraft } from '@sluice/contract/link'

/** What a control that was away may still ask for. Events have half a kilobyte; some have figures of many outputs. */
const keptEvents = 10_000
const keptBytes = 16 * 1024 * 1024

/** What peers say of themselves and of us, in all that goes to control: names of encoders, refusals of destinations. */
export const peerTextBounds = { maxChars: 1_000, maxItems: 10_000, maxDepth: 12 } as const

/** Numbers events and keeps the last of them, so that control misses none while it is away. */
export class EventBacklog {
  readonly #clock: Clock
  readonly #onEvent: (event: EngineEvent) => void
  readonly #kept = new BoundedQueue<EngineEvent>({ maxCount: keptEvents, maxBytes: keptBytes, bytesOf })
  #nextSeq = 0

  constructor(clock: Clock, onEvent: (event: EngineEvent) => void) {
    this.#clock = clock
    this.#onEvent = onEvent
  }

  add(draft: EventDraft): void {
    const event: EngineEvent = {
      type: 'event',
      seq: this.#nextSeq++,
      at: new Date(this.#clock.wallMs()).toISOString(),
      ...draft,
      message: cleanText(draft.message, peerTextBounds.maxChars),
      data: boundValue(draft.data ?? {}, peerTextBounds) as Record<string, unknown>,
    }
    while (!this.#kept.hasRoom(event)) this.#kept.take()
    this.#kept.offer(event)
    this.#onEvent(event)
  }

  /** Events after `seq` (-1: all that are kept), oldest first. */
  after(seq: number): readonly EngineEvent[] {
    return this.#kept.items.filter((event) => event.seq > seq)
  }
}

/** As JSON has it; worked out once when it comes, and once when it goes. */
const bytesOf = (event: EngineEvent): number => JSON.stringify(event).length
