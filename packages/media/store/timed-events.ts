import type { TimedEvent } from './part.ts'

/** An hour of breaks, and of cues some seconds apart. */
const maxEvents = 256
const maxBytes = 512 * 1024
/** Numbers of events begin so many times above those of segments: no segment has as many. */
const eventsOfNumber = 1000

/** What happened lately or will soon, oldest word first. */
export class TimedEvents {
  // bound: `maxEvents` of them with `maxBytes` together, the oldest go
  #all: readonly TimedEvent[] = []
  #nextId: number

  /** `firstNumber`: of the segment that comes next. */
  constructor(firstNumber: number) {
    this.#nextId = firstNumber * eventsOfNumber
  }

  get all(): readonly TimedEvent[] {
    return this.#all
  }

  add(event: Omit<TimedEvent, 'id'>): TimedEvent {
    const numbered = { id: this.#nextId, ...event }
    this.take(numbered)
    return numbered
  }

  /** One that has a number. */
  take(event: TimedEvent): void {
    this.#nextId = Math.max(this.#nextId, event.id + 1)
    const events = [...this.#all, event]
    let from = Math.max(0, events.length - maxEvents)
    let bytes = events.slice(from).reduce((sum, one) => sum + one.bytes.length, 0)
    while (bytes > maxBytes) bytes -= events[from++]!.bytes.length
    this.#all = events.slice(from)
  }

  /** Numbers go on from where they are. */
  clear(): void {
    this.#all = []
  }
}
