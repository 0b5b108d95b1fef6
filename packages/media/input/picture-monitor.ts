/** Luma of a key picture, black 0 to white 1, and how far it is from the key picture before. Times are the engine's, monotonic. */
export type PictureMeasure = {
  /** When the picture came. */
  readonly atMs: number
  readonly mean: number
  /** 98 % of the picture is not brighter. */
  readonly high: number
  /** Half of the picture differs by less; null without a picture before. */
  readonly change: number | null
  /** The largest difference of a 64th of the width by a 36th of the height. */
  readonly changePeak: number | null
}

/** What is known of the picture. A run lasts from its first key picture to its last one: what is between them is taken as alike. */
export type PictureReading = {
  readonly isBlack: boolean
  /** Mean luma, 0 to 1. */
  readonly luma: number
  readonly blackForMs: number
  readonly frozenForMs: number
}

/**
 * A run begins below `enter` and ends above `leave`. Black with noise of 8 steps of 8 bits reads 0.003, a night scene of which nothing but a
 * lamp can be made out 0.047, lines of credits on black 0.26.
 */
const black = { enter: 0.03, leave: 0.04 }
/**
 * x264 on a still source with grain, from 1 Mbit/s on, 0 to 0.0012, and 0 again and again; a camera on a still scene with noise of 2 steps of 8
 * bits 0.0012 all along, with noise of 4 steps 0.0022.
 */
const change = { enter: 0.001, leave: 0.0018 }
/** The same encodes: up to 0.006, and 0.028 at 0.3 Mbit/s; a clock of 24 pixels that ticks on a slide: 0.033. */
const changePeak = { enter: 0.02, leave: 0.03 }
/** So long after two of its usual distances a key picture is overdue, and the one before says nothing of now. */
const overdueMs = 3000
/** A longer distance between two measures is an absence: what was before it says nothing of what is after. */
const absenceMs = 30_000

/** Turns measures of key pictures into how long the picture has been black or frozen. Pure; the time comes in. */
export class PictureMonitor {
  #last: PictureMeasure | null = null
  #spacingMs = 0
  #blackSinceMs: number | null = null
  #frozenSinceMs: number | null = null

  add(measure: PictureMeasure): void {
    const before = this.#last
    // An answer of before is late and says nothing new.
    if (before !== null && measure.atMs < before.atMs) return
    if (before !== null && measure.atMs - before.atMs > absenceMs) this.forget()
    this.#spacingMs = this.#last === null ? 0 : measure.atMs - this.#last.atMs
    this.#noteBlack(measure)
    this.#noteFrozen(measure, this.#last)
    this.#last = measure
  }

  /** Nothing is known any more: a new session, or nobody measures. */
  forget(): void {
    this.#last = null
    this.#blackSinceMs = null
    this.#frozenSinceMs = null
  }

  /** Null while there is no measure, or none of late. */
  read(nowMs: number): PictureReading | null {
    const last = this.#last
    if (last === null || nowMs - last.atMs > 2 * this.#spacingMs + overdueMs) return null
    return {
      isBlack: this.#blackSinceMs !== null,
      luma: last.mean,
      blackForMs: this.#blackSinceMs === null ? 0 : last.atMs - this.#blackSinceMs,
      frozenForMs: this.#frozenSinceMs === null ? 0 : last.atMs - this.#frozenSinceMs,
    }
  }

  /** 0 as a limit: not looked at. Black goes first: a black picture stands still too. */
  fault(limits: { readonly blackMs: number; readonly freezeMs: number }, nowMs: number): 'black' | 'frozen' | null {
    const reading = this.read(nowMs)
    if (reading === null) return null
    if (limits.blackMs > 0 && reading.blackForMs >= limits.blackMs) return 'black'
    return limits.freezeMs > 0 && reading.frozenForMs >= limits.freezeMs ? 'frozen' : null
  }

  #noteBlack({ high, atMs }: PictureMeasure): void {
    const isBlack = high <= (this.#blackSinceMs === null ? black.enter : black.leave)
    this.#blackSinceMs = isBlack ? (this.#blackSinceMs ?? atMs) : null
  }

  #noteFrozen(measure: PictureMeasure, before: PictureMeasure | null): void {
    const edge = this.#frozenSinceMs === null ? 'enter' : 'leave'
    // Without a picture before, or after a change of size, there is nothing to be alike.
    if (measure.change === null || measure.changePeak === null || before === null) {
      this.#frozenSinceMs = null
      return
    }
    const isAlike = measure.change <= change[edge] && measure.changePeak <= changePeak[edge]
    this.#frozenSinceMs = isAlike ? (this.#frozenSinceMs ?? before.atMs) : null
  }
}
