import type { StoredEvent } from '@sluice/contract/events'

/** The last thing that happened while the page was open. */
export class EventFeed {
  #last: StoredEvent | null = null
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly last = (): StoredEvent | null => this.#last

  put(event: StoredEvent): void {
    this.#last = event
    for (const listener of this.#listeners) listener()
  }
}
