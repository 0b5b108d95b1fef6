import { type Clock, systemClock, type Timer } from '@sluice/base/clock'
import { guardedClock } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { MediaNote } from '@sluice/codecs/frame'
import { NoteTally, writeRelayedNotes } from './relayed-notes.ts'

/** So long notes are gathered: as often as an engine reports. */
const gatherMs = 1000

/** Tells the engine that has the channel what is left out here, at most once a second. Without notes it has no timer. */
export class NotesOut {
  readonly #tally = new NoteTally()
  readonly #write: (body: Uint8Array) => void
  readonly #clock: Clock
  #timer: Timer | null = null

  constructor(write: (body: Uint8Array) => void, log: Logger) {
    this.#write = write
    this.#clock = guardedClock(systemClock, log)
  }

  add(note: MediaNote): void {
    this.#tally.add(note)
    this.#timer ??= this.#clock.after(gatherMs, () => {
      this.#timer = null
      this.#write(writeRelayedNotes(this.#tally.take()))
    })
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = null
  }
}
