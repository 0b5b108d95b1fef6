import type { Clock, Timer } from '@sluice/base/clock'
import type { ViewAnswer } from './file-view.ts'

type Waiter<Answer> = { readonly look: () => Answer | null; readonly answer: (answer: Answer) => void; readonly untilMs: number }

/** Some 5 ms of answers. */
const atOnce = 64

type Options<Answer> = {
  readonly clock: Clock
  /** What is answered when nothing came in time. */
  readonly late: () => Answer
  /** An answer could not be given. */
  readonly onFault: (error: unknown) => void
}

/** Requests for what is not there yet. Whoever waits for the same gets it in the same turn. */
export class Waiters<Answer extends ViewAnswer> {
  readonly #clock: Clock
  readonly #late: () => Answer
  readonly #onFault: (error: unknown) => void
  /** In the order in which they began to wait. */
  // bound: one a connection that asks; the port bounds connections
  readonly #waiters = new Set<Waiter<Answer>>()
  #timer: Timer | null = null

  constructor({ clock, late, onFault }: Options<Answer>) {
    this.#clock = clock
    this.#late = late
    this.#onFault = onFault
  }

  get size(): number {
    return this.#waiters.size
  }

  /** Answers with what `look` finds, at once or later; null is nothing yet. Answers the end of the wait; null: it was answered. */
  ask(look: () => Answer | null, heldMs: number, answer: (answer: Answer) => void): (() => void) | null {
    const now = look()
    if (now !== null) {
      answer(now)
      return null
    }
    const waiter = { look, answer, untilMs: this.#clock.nowMs() + heldMs }
    this.#waiters.add(waiter)
    this.#timer ??= this.#clock.after(heldMs, () => this.#endLate())
    return () => this.#waiters.delete(waiter)
  }

  /** There may be something new. Some are answered at once and the rest in turns of their own, so that a crowd does not hold up the media of everybody else. */
  look(waiters: readonly Waiter<Answer>[] = [...this.#waiters]): void {
    for (const waiter of waiters.slice(0, atOnce)) {
      const found = this.#waiters.has(waiter) ? waiter.look() : null
      if (found !== null) this.#answer(waiter, found)
    }
    const rest = waiters.slice(atOnce)
    if (rest.length > 0) this.#clock.after(0, () => this.look(rest))
  }

  /** Nothing comes any more. */
  close(answer: Answer): void {
    this.#timer?.cancel()
    for (const waiter of this.#waiters) this.#answer(waiter, answer)
  }

  /** A fault in one answer costs nobody else theirs, and not the segment that was just made. */
  #answer(waiter: Waiter<Answer>, answer: Answer): void {
    this.#waiters.delete(waiter)
    try {
      waiter.answer(answer)
    } catch (error) {
      this.#onFault(error)
    }
  }

  #endLate(): void {
    this.#timer = null
    const nowMs = this.#clock.nowMs()
    for (const waiter of this.#waiters) {
      if (waiter.untilMs > nowMs) {
        this.#timer ??= this.#clock.after(waiter.untilMs - nowMs, () => this.#endLate())
        continue
      }
      this.#answer(waiter, this.#late())
    }
  }
}
