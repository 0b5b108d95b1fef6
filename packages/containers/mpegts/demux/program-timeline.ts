import { Unwrapper } from '@sluice/base/serial'
import { timestampDiff } from '../pes/timestamp.ts'

const wrap33 = 2 ** 33

/**
 * Unwraps the 33-bit timestamps of one program. All its streams share one base, so that audio and video pass the wrap
 * together, whichever comes to it first. The first timestamp is kept as it is.
 */
export class ProgramTimeline {
  readonly #unwrapper = new Unwrapper(33)
  #newest: number | null = null

  /** The newest timestamp that was unwrapped; null: none was. */
  get newest(): number | null {
    return this.#newest
  }

  /** The unwrapped form of `dts90k` (0..2^33-1), nearest to the timestamp before. */
  unwrap(dts90k: number): number {
    this.#newest = this.#unwrapper.unwrap(dts90k)
    return this.#newest
  }

  /** The unwrapped form of a timestamp that is no frame's, by the newest of those; null: there was none. */
  near(timestamp90k: number): number | null {
    if (this.#newest === null) return null
    return this.#newest + timestampDiff(((this.#newest % wrap33) + wrap33) % wrap33, timestamp90k)
  }

  /** The unwrapped form of a PTS whose DTS has been unwrapped to `dts`. */
  unwrapPts(pts90k: number, dts90k: number, dts: number): number {
    return dts + timestampDiff(dts90k, pts90k)
  }
}
