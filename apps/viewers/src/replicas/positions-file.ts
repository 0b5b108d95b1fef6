import { renameSync, writeFileSync } from 'node:fs'
import type { Guard } from '@sluice/base/guard'
import type { StorePosition } from '@sluice/media/store'

type Noted = { readonly channelId: string } & Pick<StorePosition, 'number' | 'splices'>

/**
 * How many splices each channel had, for an engine that starts while nobody can be asked. With a count that went back players would give old
 * times to new media. A disk that is full or read-only costs that memory, and nothing else.
 */
export class PositionsFile {
  readonly #path: string
  readonly #guard: Guard
  /** Splices as the file has them. */
  // bound: one a channel
  #written: ReadonlyMap<string, number> = new Map()

  constructor(path: string, guard: Guard) {
    this.#path = path
    this.#guard = guard
  }

  /** Writes where a count is another one than in the file. */
  note(all: readonly Noted[]): void {
    if (all.length === this.#written.size && all.every(({ channelId, splices }) => this.#written.get(channelId) === splices)) return
    this.#written = new Map(all.map(({ channelId, splices }) => [channelId, splices]))
    const text = JSON.stringify(Object.fromEntries(all.map(({ channelId, number, splices }) => [channelId, { number, splices }])))
    this.#guard.run(() => {
      writeFileSync(`${this.#path}.new`, text, { mode: 0o600 })
      renameSync(`${this.#path}.new`, this.#path)
    })
  }
}
