import { ticksPerMs } from '@sluice/codecs/frame'

/** Ticks by which the reckoning may be drawn towards the media in one millisecond: 1000 ppm, far more than any encoder's clock is off. */
const slewPerMs = ticksPerMs * 0.001

/**
 * Where the programme would stand at each moment, had it always run with the wall clock. It is drawn slowly towards the media, so that an
 * encoder whose clock is a little fast or slow does not seem to run away in a day; bursts and splices leave it where it is.
 */
export class RealTime {
  #dts = 0
  #atMs = Number.NaN

  /** False until the first `follow`. */
  get isRunning(): boolean {
    return !Number.isNaN(this.#atMs)
  }

  /** Programme time that belongs to the moment `nowMs`, 90 kHz with fractions. */
  at(nowMs: number): number {
    return this.#dts + (nowMs - this.#atMs) * ticksPerMs
  }

  /** A frame of programme time `dts` leaves at `nowMs`; the first one sets the reckoning. */
  follow(dts: number, nowMs: number): void {
    if (!this.isRunning) {
      this.#dts = dts
      this.#atMs = nowMs
      return
    }
    const here = this.at(nowMs)
    const slew = Math.max(0, nowMs - this.#atMs) * slewPerMs
    this.#dts = here + Math.max(-slew, Math.min(slew, dts - here))
    this.#atMs = nowMs
  }
}
