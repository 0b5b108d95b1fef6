import type { Clock, Timer } from '@sluice/base/clock'

/** A box that is refused tries again each second or two: one report in so long is enough. */
const windowMs = 10_000
/** Far above what one show's encoders do; what comes beyond is told each time its turn comes again. */
const maxOpen = 1000

type Open = { more: number; timer: Timer }

/**
 * Tells refusals of the same kind at once, and then once in 10 s how many more there were: an encoder that calls each second must not fill the
 * timeline. Bounded whatever is refused.
 */
export class RefusalReports {
  readonly #clock: Clock
  // bound: `maxOpen` kinds of refusal, each is taken away 10 s after the last
  readonly #open = new Map<string, Open>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `more`: how many alike came since the last report, 0 for the first. */
  report(subject: string, tell: (more: number) => void): void {
    const open = this.#open.get(subject)
    if (open !== undefined) {
      open.more++
      return
    }
    if (this.#open.size >= maxOpen) return
    this.#arm(subject, tell)
    tell(0)
  }

  close(): void {
    for (const { timer } of this.#open.values()) timer.cancel()
    this.#open.clear()
  }

  #arm(subject: string, tell: (more: number) => void): void {
    const timer = this.#clock.after(windowMs, () => {
      const more = this.#open.get(subject)?.more ?? 0
      this.#open.delete(subject)
      if (more === 0) return
      this.#arm(subject, tell)
      tell(more)
    })
    this.#open.set(subject, { more: 0, timer })
  }
}
