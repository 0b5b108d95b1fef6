import { BoundedMap } from '@sluice/base/bounded'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'

/** One line a cause and so long: what throws for each frame must not fill the disk. */
const quietMs = 10_000
const maxCauses = 32
const maxWordChars = 300

type Cause = { lastMs: number; left: number }

/** Writes down what threw on a channel's way of frames and was contained there: its place, its words, where it came from. */
export class FaultReport {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #causes = new BoundedMap<string, Cause>({ maxCount: maxCauses, whenFull: 'forget-oldest' })

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  note(what: string, error: unknown): void {
    const words = (error instanceof Error ? error.message : String(error)).slice(0, maxWordChars)
    const nowMs = this.#clock.nowMs()
    const key = `${what} ${words}`
    const known = this.#causes.get(key)
    if (known !== undefined && nowMs - known.lastMs < quietMs) {
      known.left++
      return
    }
    this.#causes.set(key, { lastMs: nowMs, left: 0 })
    const stack = error instanceof Error ? error.stack?.split('\n').slice(1, 8).join('\n') : undefined
    this.#log.error({ what, error: words, stack, alikeLeftOut: known?.left ?? 0 }, 'a fault was contained: the rest of the channel goes on')
  }
}
