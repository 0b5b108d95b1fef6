import { invariant } from '@sluice/base/errors'
import { type Rung, sourceRung } from './rung.ts'

/** The rungs of one channel, by name. `source` is always there. */
export class Rungs {
  readonly source: Rung
  readonly #byName: ReadonlyMap<string, Rung>

  constructor(rungs: readonly Rung[]) {
    this.#byName = new Map(rungs.map((rung) => [rung.name, rung]))
    const source = this.#byName.get(sourceRung)
    invariant(source !== undefined, `a channel has a rung '${sourceRung}'`)
    this.source = source
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()]
  }

  /** Undefined: the channel has none of this name. */
  get(name: string): Rung | undefined {
    return this.#byName.get(name)
  }

  close(): void {
    for (const rung of this.#byName.values()) rung.close()
  }
}
