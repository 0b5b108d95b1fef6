import { type Frame, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'

/** The programme starts here, so that B-frames and audio a little before the first video frame stay positive. */
const programmeStart = ticksPerSecond
/** A step that is off by less than this against the clock is jitter and kept; more is a jump of the source's clock. */
const jumpTicks = ticksPerSecond
/** From the last frame before a splice to the first after it, when nothing better is known: one frame at 30 fps. */
const spliceStepTicks = 3000

/** What one track of the present source looked like last. */
type TrackClock = { rawDts: number; dts: number; atMs: number; offset: number }

/**
 * Rewrites timestamps so that what leaves is strictly rising per track, across switches, reconnects, wraps and jumps, and
 * follows the wall clock over gaps. One offset holds for all tracks of a source, so audio stays against video as it came.
 *
 * A jump of the source's own clock (over 1 s against the wall clock) makes a new offset on the track that shows it first; the
 * other tracks take that same offset as soon as they jump too, so that A/V distance survives. Spec: the words in docs/tour.md
 */
export class Timeline {
  #tracks = new Map<string, TrackClock>()
  /** Offsets in use, newest first: the present one and the one before, for tracks that have not jumped yet. */
  #offsets: number[] = []
  /** The largest dts given out, over all tracks, and when. */
  #lastDts = programmeStart - spliceStepTicks
  #lastAtMs = Number.NaN
  #jumps = 0
  #lastDtsOf = new Map<string, number>()

  /** Jumps of the source's clock that were mended, since the start. */
  get jumpsTotal(): number {
    return this.#jumps
  }

  /** Milliseconds by which the programme runs ahead of the clock: splices of cached GOPs add to it, gaps take it away. */
  aheadMs(nowMs: number): number {
    return Number.isNaN(this.#lastAtMs) ? 0 : (this.#lastDts - this.#expected(nowMs)) / ticksPerMs
  }

  /**
   * The next frames come from another source or session: `firstDts` is the raw dts of the first of them and `cachedTicks` how
   * much older it is than the newest one at hand (0 when it comes live). It is put where the wall clock says, and never before
   * what has already left.
   */
  splice(firstDts: number, cachedTicks: number, nowMs: number): void {
    this.#tracks = new Map()
    const start = Number.isNaN(this.#lastAtMs)
      ? programmeStart
      : Math.max(this.#lastDts + spliceStepTicks, this.#expected(nowMs) - cachedTicks)
    this.#offsets = [Math.round(start) - firstDts]
  }

  /** The frame with programme time; null before the first splice and for audio that overlaps what left before one. Same bytes object. */
  map(frame: Frame, nowMs: number): Frame | null {
    const newest = this.#offsets[0]
    if (newest === undefined) return null
    const key = frame.track.kind + frame.track.id
    const before = this.#tracks.get(key)
    const offset = before === undefined ? this.#firstOffset(frame.dts, nowMs) : this.#nextOffset(before, frame.dts, nowMs)
    const floor = this.#lastDtsOf.get(key) ?? Number.NEGATIVE_INFINITY
    // Audio cached beside a key frame may reach back under what has already left: an overlap is dropped, not squeezed.
    if (before === undefined && frame.track.kind === 'audio' && frame.dts + offset <= floor) return null
    const dts = Math.max(frame.dts + offset, floor + 1)
    const pts = Math.max(frame.pts + offset, dts)
    this.#tracks.set(key, { rawDts: frame.dts, dts, atMs: nowMs, offset })
    this.#lastDtsOf.set(key, dts)
    if (dts > this.#lastDts) {
      this.#lastDts = dts
      this.#lastAtMs = nowMs
    } else if (Number.isNaN(this.#lastAtMs)) this.#lastAtMs = nowMs
    return { track: frame.track, dts, pts, isKey: frame.isKey, bytes: frame.bytes }
  }

  /** Where the programme would be at `nowMs` had the source gone on. */
  #expected(nowMs: number): number {
    return this.#lastDts + (nowMs - this.#lastAtMs) * ticksPerMs
  }

  /** A track's first frame takes the offset that brings it nearest to the programme's present time. */
  #firstOffset(rawDts: number, nowMs: number): number {
    if (Number.isNaN(this.#lastAtMs)) return this.#offsets[0]!
    return nearest(this.#offsets, rawDts, this.#expected(nowMs))
  }

  #nextOffset(before: TrackClock, rawDts: number, nowMs: number): number {
    const wallTicks = (nowMs - before.atMs) * ticksPerMs
    const rawStep = rawDts - before.rawDts
    // Bursts give steps larger than the clock's, pauses smaller ones: only what no burst or pause explains is a jump.
    const isForwardJump = rawStep > wallTicks + 2 * jumpTicks
    const isBackJump = rawStep < -jumpTicks / 2
    if (!isForwardJump && !isBackJump) return before.offset
    const expected = before.dts + Math.max(wallTicks, spliceStepTicks)
    const known = nearest(this.#offsets, rawDts, expected)
    if (known !== before.offset && Math.abs(rawDts + known - expected) < jumpTicks) return known
    this.#jumps++
    const made = Math.round(expected) - rawDts
    this.#offsets = [made, before.offset]
    return made
  }
}

function nearest(offsets: readonly number[], rawDts: number, expected: number): number {
  return offsets.reduce((best, offset) => (Math.abs(rawDts + offset - expected) < Math.abs(rawDts + best - expected) ? offset : best))
}
