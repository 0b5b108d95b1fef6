import { invariant } from '@sluice/base/errors'
import type { BusView } from './bus-view.ts'
import { type Rung, sourceRung } from './rung.ts'

/** The rungs of one channel, by name. `source` is always there; encoded ones come and go with the spec. */
export class Rungs {
  readonly source: Rung
  // bound: the source and those of the spec, which has 32 at most
  readonly #byName: Map<string, Rung>

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

  add(rung: Rung): void {
    invariant(!this.#byName.has(rung.name), `the channel has a rung '${rung.name}' already`)
    this.#byName.set(rung.name, rung)
  }

  /** Nobody finds it any more. What is at its fan-outs stays there until whoever owns the rung closes it. */
  remove(name: string): void {
    invariant(name !== sourceRung, 'the source rung stays')
    this.#byName.delete(name)
  }

  /** Ends views that nobody is at and that are none of `wanted`. `isIdle`: nothing is on the air. */
  tick(wanted: ReadonlySet<BusView>, isIdle: boolean): void {
    for (const rung of this.#byName.values()) {
      if (isIdle) rung.idle()
      rung.sweep(wanted)
    }
  }

  close(): void {
    for (const rung of this.#byName.values()) rung.close()
  }
}
