import type { Clock } from '@sluice/base/clock'

/** Nothing but broken media for so long, and so much of it: the session is ended, so that the encoder begins anew. */
const limit = { ms: 30_000, units: 100 }

/** Why such a session was ended. */
export const brokenMessage = `only broken media arrived for ${limit.ms / 1000} s`

/** Broken media since the last good frame. A single broken message ends no session; a row without end does. */
export class BrokenRun {
  readonly #clock: Clock
  #units = 0
  #sinceMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A good frame came. Hot path. */
  end(): void {
    this.#units = 0
  }

  /** Another broken one came: true when it is enough. */
  isTooLong(): boolean {
    const nowMs = this.#clock.nowMs()
    if (this.#units++ === 0) this.#sinceMs = nowMs
    return this.#units >= limit.units && nowMs - this.#sinceMs >= limit.ms
  }
}
