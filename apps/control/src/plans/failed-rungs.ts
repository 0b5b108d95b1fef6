import type { RungActual } from '@sluice/contract/link'

/** A rung that failed and runs again is trusted after this: who was moved away from it would else go to and fro with it. */
const trustedAfterMs = 60_000

/** The encodes of a channel whose encoder keeps failing. */
export class FailedRungs {
  /** Since when each runs again; null: it does not. */
  // bound: one an encode of the spec, 32 at most; note takes the others out
  readonly #failed = new Map<string, number | null>()
  // bound: as #failed
  #ids: ReadonlySet<string> = new Set()

  get ids(): ReadonlySet<string> {
    return this.#ids
  }

  /** What an engine says of them. True: others than before count as failed. */
  note(rungs: readonly Pick<RungActual, 'rungId' | 'state'>[], nowMs: number): boolean {
    const before = [...this.#failed.keys()].join()
    const states = new Map(rungs.map(({ rungId, state }) => [rungId, state]))
    for (const [rungId, state] of states) if (state === 'failed') this.#failed.set(rungId, null)
    for (const [rungId, sinceMs] of this.#failed) {
      const state = states.get(rungId)
      if (state === undefined) this.#failed.delete(rungId)
      else if (state !== 'running' && state !== 'reduced') this.#failed.set(rungId, null)
      else if (sinceMs === null) this.#failed.set(rungId, nowMs)
      else if (nowMs - sinceMs >= trustedAfterMs) this.#failed.delete(rungId)
    }
    if ([...this.#failed.keys()].join() === before) return false
    this.#ids = new Set(this.#failed.keys())
    return true
  }
}
