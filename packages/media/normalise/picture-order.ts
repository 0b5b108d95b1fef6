import { PictureOrderCount, type PictureOrderFields } from '@sluice/codecs/access-unit'
import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import type { OnNote } from './notes.ts'
import { isInverted, judgeOrder, type OrderedPicture, type OrderVerdict } from './order-verdict.ts'
import { TimesByCount } from './times-by-count.ts'
import { TimesByPts } from './times-by-pts.ts'

/** Pictures at the start of a track whose times are looked at before any of them leaves, where the first ones raise a doubt. */
const probePictures = 6
/** A step back by more is a jump of the source's clock, which the timeline answers. */
const jumpTicks = ticksPerSecond / 2
/** Pictures that are compared with each new one. */
const recentPictures = 4
/** So many faults within so many pictures are no slip: the times are looked at anew. */
const maxSlips = 3
const slipWindow = 32

export type OrderSettings = {
  /** Of the parameter sets: pictures that may be decoded before and shown after another one; null: they don't say. */
  readonly maxReorder: number | null
  readonly orderStep: number
}

/**
 * Holds the times of one video track against the order that its slices state. Where times and order agree, as nearly always, pictures pass
 * untouched. Where presentation times are missing they are made of the order; where decoding times are, they are made of the
 * presentation times; a single slip is squeezed in. What can't be told is passed on and named.
 */
export class PictureOrder {
  readonly #settings: OrderSettings
  readonly #onFrame: (frame: Frame) => void
  readonly #onNote: OnNote
  readonly #counts = new PictureOrderCount()
  #sequence = 0
  #verdict: OrderVerdict = 'unknown'
  // bound: `probePictures`, then all leave
  #held: OrderedPicture[] = []
  // bound: `recentPictures`, the oldest goes
  #recent: OrderedPicture[] = []
  #byCount: TimesByCount | null = null
  #byPts: TimesByPts | null = null
  #lastRawDts = Number.NaN
  #lastDts = Number.NaN
  #stepTicks = 0
  #slips = 0
  #sinceSlip = 0

  constructor(settings: OrderSettings, onFrame: (frame: Frame) => void, onNote: OnNote) {
    this.#settings = settings
    this.#onFrame = onFrame
    this.#onNote = onNote
  }

  /** The first pictures are held until their times are judged. */
  get isStarting(): boolean {
    return this.#held.length > 0
  }

  put(frame: Frame, order: PictureOrderFields | null): void {
    if (order?.isReset === true) this.#sequence++
    const count = order === null ? null : this.#counts.next(order)
    const picture: OrderedPicture = { frame, count, sequence: this.#sequence }
    if (this.#verdict !== 'unknown') {
      this.#give(picture)
      return
    }
    this.#held.push(picture)
    const verdict = judgeOrder(this.#held, this.#settings.maxReorder, this.#held.length >= probePictures)
    if (verdict !== 'unknown') this.#settle(verdict)
  }

  /** No more will come: gives out what is held, by what is known. */
  flush(): void {
    if (this.#held.length > 0) this.#settle(judgeOrder(this.#held, this.#settings.maxReorder, true))
  }

  #settle(verdict: OrderVerdict): void {
    const held = this.#held
    this.#held = []
    this.#verdict = verdict
    this.#byCount = verdict === 'by-count' ? new TimesByCount(held, this.#settings) : null
    this.#byPts = verdict === 'by-pts' ? new TimesByPts(held, this.#settings) : null
    for (const picture of held) this.#give(picture)
  }

  #give(picture: OrderedPicture): void {
    const { frame } = picture
    switch (this.#verdict) {
      case 'by-count':
        this.#restored(frame, this.#byCount!.next(picture), 'presentation times')
        return
      case 'by-pts':
        this.#restored(frame, this.#byPts!.next(frame), 'decoding times')
        return
      case 'unclear':
        this.#onNote({ code: 'order-unclear', media: 'video', subject: '' })
        this.#onFrame(frame)
        return
      default:
        this.#pass(picture)
    }
  }

  #restored(frame: Frame, times: { dts: number; pts: number }, subject: string): void {
    this.#onNote({ code: 'order-restored', media: 'video', subject })
    this.#onFrame({ ...frame, dts: times.dts, pts: times.pts })
  }

  #pass(picture: OrderedPicture): void {
    const { frame } = picture
    const step = frame.dts - this.#lastRawDts
    const isJump = Math.abs(step) > jumpTicks
    if (isJump) this.#recent = []
    const isBack = !isJump && step <= 0
    if (isBack || frame.pts < frame.dts || this.#recent.some((other) => isInverted(other, picture))) this.#slips++
    else if (++this.#sinceSlip >= slipWindow) this.#slips = this.#sinceSlip = 0
    this.#lastRawDts = frame.dts
    if (this.#recent.length === recentPictures) this.#recent.shift()
    this.#recent.push(picture)
    if (this.#slips > maxSlips) {
      // Not a slip: the track is looked at as at its start.
      this.#slips = this.#sinceSlip = 0
      this.#recent = []
      this.#verdict = 'unknown'
      this.#lastDts = Number.NaN
      this.#held = [picture]
      return
    }
    if (step > 0 && !isJump) this.#stepTicks = step
    const isBehind = !isJump && frame.dts <= this.#lastDts
    if (!isBehind && frame.pts >= frame.dts) {
      this.#lastDts = frame.dts
      this.#onFrame(frame)
      return
    }
    const dts = isBehind ? this.#lastDts + Math.max(1, Math.floor(this.#stepTicks / 2)) : frame.dts
    this.#lastDts = dts
    this.#restored(frame, { dts, pts: Math.max(frame.pts, dts) }, 'a step back')
  }
}
