import type { Clock, Timer } from '@sluice/base/clock'
import type { InputRole } from '@sluice/base/words'
import type { Programme } from '@sluice/media/programme'

/** How often it is tried again: a switch starts with a key frame that is at hand, however old. */
const againMs = 100
/** Longer than any GOP that can be switched to: an input that has had no key frame by then has nothing to show. */
const waitMs = 10_000

/**
 * An operator's take of an input. One that was connected, or cut by a rehearsal, a moment ago has no key frame yet: the take waits for it,
 * because the operator was told that it is done. Another switch, or another take, ends the wait.
 */
export class SourceTake {
  readonly #clock: Clock
  readonly #programme: Pick<Programme, 'source' | 'switchTo'>
  #wanted: { readonly role: InputRole; readonly untilMs: number } | null = null
  #timer: Timer | null = null

  constructor(clock: Clock, programme: Pick<Programme, 'source' | 'switchTo'>) {
    this.#clock = clock
    this.#programme = programme
  }

  take(role: InputRole): void {
    this.close()
    if (this.#programme.source === role || this.#programme.switchTo(role)) return
    this.#wanted = { role, untilMs: this.#clock.nowMs() + waitMs }
    this.#timer = this.#clock.after(againMs, () => this.#again())
  }

  /** The source is another one, or there is none any more. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#wanted = null
  }

  #again(): void {
    if (this.#wanted === null) return
    const { role, untilMs } = this.#wanted
    if (this.#programme.switchTo(role) || this.#clock.nowMs() >= untilMs) this.close()
    else this.#timer = this.#clock.after(againMs, () => this.#again())
  }
}
