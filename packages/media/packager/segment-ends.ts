import { type Frame, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'

/** A cut this little before the target is on time: encoders' GOPs are off by a frame or by a rounded millisecond. */
const earlyTicks = 60 * ticksPerMs
/** A segment of less is a stub, which numbers, rates and players are better off without. */
const stubTicks = ticksPerSecond / 2
/** Rounded, a segment must not be longer than the target duration. Spec: RFC 8216 §4.3.3.1 */
const overTargetTicks = 450 * ticksPerMs
/** What an open segment may hold, whatever its timestamps say: 2.7 s of 100 Mbit/s. */
const maxBytes = 32 * 1024 * 1024
/** 30 s of 120 fps video and 100 audio frames a second. */
const maxFrames = 6600

/** The open segment: the times of the track that leads, frames and bytes of all. */
export type OpenSegment = { readonly startDts: number; readonly step: number; readonly frames: number; readonly bytes: number }

/**
 * Says before which frame of the track that leads a segment ends: at the first key frame from the target on, at an earlier one where the next
 * would come too late, and between key frames where there is none in time. The target duration of a playlist may not change once it was read.
 */
export class SegmentEnds {
  readonly #targetTicks: number
  readonly #longestTicks: number
  #lastKeyDts: number | null = null
  /** Of the last two key frames. */
  #gopTicks = 0

  constructor(segmentMs: number, targetDurationS: number) {
    this.#targetTicks = segmentMs * ticksPerMs
    this.#longestTicks = targetDurationS * ticksPerSecond + overTargetTicks
  }

  /** Distance of key frames where it is longer than a segment may be; null else. */
  get longGopMs(): number | null {
    return this.#gopTicks > this.#longestTicks ? Math.round(this.#gopTicks / ticksPerMs) : null
  }

  endsBefore(frame: Frame, { startDts, step, frames, bytes }: OpenSegment): boolean {
    const age = frame.dts - startDts
    if (frames >= maxFrames || bytes + frame.bytes.length > maxBytes || age + step > this.#longestTicks) return true
    if (frame.track.kind === 'audio') return age >= this.#targetTicks
    if (!frame.isKey) return false
    const gopTicks = this.#lastKeyDts === null ? this.#gopTicks : frame.dts - this.#lastKeyDts
    return age >= this.#targetTicks - earlyTicks || (age >= stubTicks && age + gopTicks > this.#longestTicks)
  }

  /** What a segment that begins now is expected to last. */
  get expectedTicks(): number {
    if (this.#gopTicks <= 0) return this.#targetTicks
    const gops = Math.ceil((this.#targetTicks - earlyTicks) / this.#gopTicks)
    const ticks = gops * this.#gopTicks
    return ticks <= this.#longestTicks ? ticks : Math.max(1, Math.floor(this.#longestTicks / this.#gopTicks)) * this.#gopTicks
  }

  /** The frame was taken. */
  note(frame: Frame): void {
    if (frame.track.kind === 'audio' || !frame.isKey) return
    if (this.#lastKeyDts !== null) this.#gopTicks = Math.max(0, frame.dts - this.#lastKeyDts)
    this.#lastKeyDts = frame.dts
  }

  /** What follows does not continue what was. */
  forget(): void {
    this.#lastKeyDts = null
    this.#gopTicks = 0
  }
}
