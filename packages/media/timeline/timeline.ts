import { type Frame, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { LeadWindow } from './lead-window.ts'
import { RealTime } from './real-time.ts'

/** The programme starts here, so that audio a little before the first video frame stays positive. */
const programmeStart = ticksPerSecond
/** A step back by more than this is a jump of the source's clock; a smaller one is squeezed. */
const backJumpTicks = ticksPerSecond / 2
/** A step forward by so much more than the clock's is a jump, unless it only makes up for a stall or for dropped frames. */
const forwardJumpTicks = 2 * ticksPerSecond
/** A track joins the offset that another made in a jump when that brings it so near to where it should be. */
const joinTicks = ticksPerSecond
/** A track that begins so far from the others has a clock of its own. */
const strayTicks = 5 * ticksPerSecond
/** From the last frame before a splice to the first after it, when nothing better is known: one frame at 30 fps. */
const spliceStepTicks = 3000
/** No encoder shows a picture later after decoding: 16 frames at 24 fps. A wild pts must not push the programme away. */
const maxReorderTicks = ticksPerSecond

/** What one track of the present source looked like last. `step`: its last distance between frames that was none of a jump. */
type TrackClock = { rawDts: number; dts: number; offset: number; atMs: number; step: number }

/**
 * Rewrites timestamps so that what leaves is strictly rising per track and starts at 0 or later, across switches, reconnects, wraps and
 * jumps. One offset holds for all tracks of a source, so audio stays against video as it came.
 *
 * A jump of the source's own clock makes a new offset on the track that shows it first; the other tracks take that same offset as soon as
 * they jump too, so that the distance of audio and video survives. Frames that an encoder dropped, or the network held up, are no jump.
 */
export class Timeline {
  readonly #realTime = new RealTime()
  // bound: one a kind and id; FLV has 256 ids of each kind
  #tracks = new Map<number, TrackClock>()
  /** Offsets in use, newest first: the present one and the one before, for tracks that have not jumped yet. */
  // bound: two, the present one and the one before
  #offsets: number[] = []
  #lead = new LeadWindow(0, 0)
  /** The largest dts given out, over all tracks, and when it rose to that. */
  #lastDts = programmeStart - spliceStepTicks
  #lastAtMs = Number.NaN
  /** The largest pts given out. */
  #lastPts = 0
  #jumps = 0
  // bound: one a kind and id; FLV has 256 ids of each kind
  readonly #lastDtsOf = new Map<number, number>()

  /** Jumps of the source's clock that were mended, since the start. */
  get jumpsTotal(): number {
    return this.#jumps
  }

  /** Milliseconds by which the programme runs ahead of the wall clock: splices of cached GOPs add to it, gaps take it away. */
  aheadMs(nowMs: number): number {
    return this.#realTime.isRunning ? (this.#lastDts - this.#realTime.at(nowMs)) / ticksPerMs : 0
  }

  /**
   * The next frames come from another source or session: `firstDts` is the raw dts of the first of them and `cachedTicks` how
   * much older it is than the newest one at hand (0 when it comes live). It is put where the wall clock says, and never before
   * what has already left. `firstDelayTicks`: how much later than decoded it is shown; it is never shown before pictures that were
   * reordered ahead by the source before.
   */
  splice(firstDts: number, cachedTicks: number, nowMs: number, firstDelayTicks = 0): void {
    const start = this.#realTime.isRunning
      ? Math.round(Math.max(this.#soonestDts(firstDelayTicks), this.#realTime.at(nowMs) - cachedTicks))
      : programmeStart
    const newest = start + cachedTicks
    if (!this.#realTime.isRunning) this.#realTime.follow(newest, nowMs)
    this.#tracks = new Map()
    this.#offsets = [start - firstDts]
    this.#lead = new LeadWindow(newest - this.#realTime.at(nowMs), newest)
  }

  /** The frame with programme time, and with `readMs`, when it came in; null before the first splice and for audio that overlaps what left before one. Same bytes object. */
  map(frame: Frame, nowMs: number, readMs: number | null = null): Frame | null {
    if (this.#offsets.length === 0) return null
    const key = keyOf(frame.track)
    const before = this.#tracks.get(key)
    const offset = before === undefined ? this.#firstOffset(frame.dts, nowMs) : this.#nextOffset(before, frame.dts, nowMs)
    const floor = this.#lastDtsOf.get(key) ?? -1
    // Audio cached beside a key frame may reach back under what has already left: an overlap is dropped, not squeezed.
    if (before === undefined && frame.track.kind === 'audio' && frame.dts + offset <= floor) return null
    const dts = Math.max(frame.dts + offset, floor + 1)
    const pts = Math.max(frame.pts + offset, dts)
    const step = before === undefined || offset !== before.offset ? (before?.step ?? spliceStepTicks) : dts - before.dts
    this.#tracks.set(key, { rawDts: frame.dts, dts, offset, atMs: nowMs, step })
    this.#lastDtsOf.set(key, dts)
    this.#lastPts = Math.max(this.#lastPts, pts)
    this.#note(dts, nowMs)
    return { track: frame.track, dts, pts, isKey: frame.isKey, bytes: frame.bytes, readMs }
  }

  /** The programme time of something that is no frame, by the clock of the frames around it; null before the first splice. */
  timeOf(rawDts: number, nowMs: number): number | null {
    if (this.#offsets.length === 0) return null
    const expected = this.#expected(nowMs)
    const dts = rawDts + nearest(this.#offsets, rawDts, expected)
    // A message with a clock of its own, or none, is of now.
    return Math.max(0, Math.abs(dts - expected) <= strayTicks ? dts : this.#lastDts)
  }

  #soonestDts(firstDelayTicks: number): number {
    const shownUntil = Math.min(this.#lastPts, this.#lastDts + maxReorderTicks)
    return Math.max(this.#lastDts, shownUntil - firstDelayTicks) + spliceStepTicks
  }

  #note(dts: number, nowMs: number): void {
    this.#realTime.follow(dts, nowMs)
    this.#lead.put(dts - this.#realTime.at(nowMs), dts)
    if (dts > this.#lastDts || Number.isNaN(this.#lastAtMs)) {
      this.#lastDts = Math.max(dts, this.#lastDts)
      this.#lastAtMs = nowMs
    }
  }

  /** Where the programme's newest frame would be had the source gone on until `nowMs`. */
  #expected(nowMs: number): number {
    return this.#lastDts + (nowMs - this.#lastAtMs) * ticksPerMs
  }

  #firstOffset(rawDts: number, nowMs: number): number {
    if (this.#tracks.size === 0) return this.#offsets[0]!
    const expected = this.#expected(nowMs)
    const known = nearest(this.#offsets, rawDts, expected)
    return Math.abs(rawDts + known - expected) <= strayTicks ? known : this.#jump(rawDts, known, expected)
  }

  #nextOffset(before: TrackClock, rawDts: number, nowMs: number): number {
    const expected = this.#expected(nowMs)
    const known = nearest(this.#offsets, rawDts, expected)
    // Another track has jumped: this one follows when its own step shows the same.
    if (known !== before.offset && known === this.#offsets[0] && Math.abs(rawDts + known - expected) < joinTicks) return known
    if (!this.#isJump(before, rawDts, nowMs)) return before.offset
    if (Math.abs(rawDts + known - expected) < joinTicks) return known
    return this.#jump(rawDts, before.offset, Math.max(expected, before.dts + Math.min(before.step, joinTicks)))
  }

  #isJump(before: TrackClock, rawDts: number, nowMs: number): boolean {
    const step = rawDts - before.rawDts
    if (step < -backJumpTicks) return true
    const lead = rawDts + before.offset - this.#realTime.at(nowMs)
    return step > (nowMs - before.atMs) * ticksPerMs + forwardJumpTicks && lead > this.#lead.highest + forwardJumpTicks
  }

  /** A new offset that puts `rawDts` where the programme has come to. */
  #jump(rawDts: number, presentOffset: number, expected: number): number {
    this.#jumps++
    const made = Math.round(expected) - rawDts
    this.#offsets = [made, presentOffset]
    return made
  }
}

function nearest(offsets: readonly number[], rawDts: number, expected: number): number {
  return offsets.reduce((best, offset) => (Math.abs(rawDts + offset - expected) < Math.abs(rawDts + best - expected) ? offset : best))
}

/** A number: a text would be made, and hashed, for each frame. */
const keyOf = ({ kind, id }: Frame['track']): number => 2 * id + (kind === 'video' ? 1 : 0)
