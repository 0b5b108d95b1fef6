import type { Frame, Track } from '@sluice/codecs/frame'

/** What a slate player plays: frames on their own time, which starts at 0. */
export interface PlayableSlate {
  readonly tracks: readonly Track[]
  /** How much later than decoded the first picture is shown. */
  readonly delayTicks: number
  /** The frames with a dts under `untilTicks` that were not given yet, in order of dts. */
  take(untilTicks: number): Frame[]
}
