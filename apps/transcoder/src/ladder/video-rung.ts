import { messageOf } from '@sluice/base/errors'
import type { VideoTrack } from '@sluice/codecs/frame'
import { type RungVideo, rungPresets } from '@sluice/contract/link'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { type EncoderWish, encoderOptions } from './encoder-options.ts'
import type { PictureShape } from './picture-shape.ts'
import { RateGuard } from './rate-guard.ts'
import { placeInGop, type SlotGrid } from './slot-grid.ts'
import { VideoEncoder } from './video-encoder.ts'

/** What is taken off a rung to keep real time. */
export type RungRelief = { readonly presetsDown: number; readonly isHalved: boolean; readonly isOff: boolean }
export const noRelief: RungRelief = { presetsDown: 0, isHalved: false, isOff: false }

export type RungPicture = { readonly track: VideoTrack; readonly slot: number; readonly isKey: boolean; readonly bytes: Uint8Array }

/** What a slot shows. `isSourceKey`: the source has a key frame there. */
export type SlotPicture = { readonly slot: number; readonly isSourceKey: boolean; readonly captions: Uint8Array | null }

/** Players start at key frames, and segments end there. */
const longestFollowedGopMs = 10_000
/** SVT-AV1 is asked for no less. */
const minKbps = 50
/** An encoder that can't be had is asked for again after this. */
const retryMs = 10_000

/**
 * The encoder of one rung. A change of what cannot change on it opens a second one beside it, and the next key frame of the grid is the first
 * picture of that: what leaves is without a gap.
 */
export class VideoRung {
  readonly linkSlot: number
  readonly #av: Av
  #video: RungVideo
  #relief: RungRelief = noRelief
  #encoder: VideoEncoder | null = null
  #next: VideoEncoder | null = null
  #isKeyDue = true
  #minDts: number
  #lastKeySlot = 0
  #skippedTotal = 0
  #busyMs = 0
  #failure: { readonly message: string; readonly atMs: number } | null = null
  #isPrepared = false
  readonly #rate = new RateGuard()
  /** Why the processor encodes what was meant for hardware. */
  #hardwareLoss: string | null = null

  constructor(av: Av, linkSlot: number, video: RungVideo, nextDts: number | null) {
    this.#av = av
    this.linkSlot = linkSlot
    this.#video = video
    this.#minDts = nextDts ?? Number.NEGATIVE_INFINITY
    this.#rate.setRate(video)
  }

  get video(): RungVideo {
    return this.#video
  }

  get skippedTotal(): number {
    return this.#skippedTotal
  }

  get relief(): RungRelief {
    return this.#relief
  }

  /** Why it has no encoder. */
  get failure(): string | null {
    return this.#failure?.message ?? null
  }

  /** What went wrong with its encoder in hardware, since when the processor encodes it; null: nothing. */
  get hardwareLoss(): string | null {
    return this.#hardwareLoss
  }

  /** What its pictures look like now, and after the next key frame. */
  get shapes(): readonly PictureShape[] {
    return [this.#encoder, this.#next].filter((each) => each !== null).map((each) => this.#shapeOf(each))
  }

  takeBusyMs(): number {
    const ms = this.#busyMs
    this.#busyMs = 0
    return ms
  }

  /** Opens what is missing. Called before pictures are asked of it, and again while it has failed. */
  setVideo(video: RungVideo, nowMs: number): void {
    if (video.fps.num * this.#video.fps.den !== this.#video.fps.num * video.fps.den) this.#isKeyDue = true
    // Asked for anew: it may be tried again.
    if (video.encoder !== this.#video.encoder) this.#hardwareLoss = null
    if (video.codec !== this.#video.codec) this.#rate.reset()
    this.#video = video
    this.#rate.setRate(video)
    this.#openFor(nowMs)
  }

  setRelief(relief: RungRelief, nowMs: number): void {
    this.#relief = relief
    this.#openFor(nowMs)
  }

  /** Opens the next encoder where the one that runs does not keep its bitrate by itself. */
  followRate(nowMs: number): void {
    const current = this.#next ?? this.#encoder
    if (current !== null && this.#failure === null && current.wish.bitrateKbps !== this.#wish.bitrateKbps) this.#openFor(nowMs)
  }

  /** Tries again what failed some time ago. */
  retry(nowMs: number): void {
    if (this.#failure !== null && nowMs - this.#failure.atMs >= retryMs) this.#openFor(nowMs)
  }

  /** The next picture is a key frame: something before it is missing. */
  requireKey(): void {
    this.#isKeyDue = true
  }

  /** Keeps real time by leaving this slot out; the key frame that it may have been comes with the next. */
  skip(slot: number, grid: SlotGrid, isSourceKey: boolean): void {
    this.#skippedTotal++
    if (this.#isKeyPlace(slot, grid, isSourceKey)) this.#isKeyDue = true
  }

  /** On the grid, or where the source has its own; one that shows none for long is not waited for. */
  #isKeyPlace(slot: number, grid: SlotGrid, isSourceKey: boolean): boolean {
    const { followsSourceKeys, gopMs } = this.#video
    if (followsSourceKeys !== true) return placeInGop(slot, grid.gopSlots(gopMs)) === 0
    return isSourceKey || slot - this.#lastKeySlot >= grid.gopSlots(longestFollowedGopMs)
  }

  /** Makes ready what `encode` is to do; false: this slot is not for this rung. `pictureFor` may throw, and so may this. */
  prepare({ slot, isSourceKey, captions }: SlotPicture, grid: SlotGrid, pictureFor: (shape: PictureShape) => Frame): boolean {
    const dts = grid.dtsOf(slot)
    if (dts < this.#minDts || this.#encoder === null) return false
    const place = placeInGop(slot, grid.gopSlots(this.#video.gopMs))
    if (this.#relief.isOff || (this.#relief.isHalved && place % 2 === 1)) {
      this.skip(slot, grid, isSourceKey)
      return false
    }
    const isKey = this.#isKeyPlace(slot, grid, isSourceKey) || this.#isKeyDue
    if (!isKey && this.#rate.isOver(slot)) {
      this.#skippedTotal++
      return false
    }
    if (isKey && this.#next !== null) this.#swap()
    this.#encoder.prepare(pictureFor(this.#shapeOf(this.#encoder)), slot, isKey, captions)
    this.#isKeyDue = false
    if (isKey) this.#lastKeySlot = slot
    this.#isPrepared = true
    this.#minDts = dts + 1
    return true
  }

  async encode(isAlone: boolean): Promise<void> {
    const startMs = performance.now()
    if (isAlone) this.#encoder!.encodeSync()
    else await this.#encoder!.encode()
    this.#busyMs += performance.now() - startMs
  }

  drain(onPicture: (picture: RungPicture) => void): void {
    const encoder = this.#encoder
    if (encoder === null || !this.#isPrepared) return
    this.#isPrepared = false
    encoder.drain(({ slot, isKey, bytes }) => {
      this.#rate.note(slot, isKey, bytes.length)
      if (encoder.track !== null) onPicture({ track: encoder.track, slot, isKey, bytes })
    })
  }

  /** Its encoder is of no more use: it is opened anew after a while, and begins with a key frame. */
  fail(error: unknown, nowMs: number): void {
    this.#failure = { message: messageOf(error), atMs: nowMs }
    this.#isPrepared = false
    const wasHardware = this.#encoder?.wish.encoder !== undefined
    this.close()
    if (!wasHardware) return
    this.#hardwareLoss = messageOf(error)
    this.#openFor(nowMs)
  }

  close(): void {
    this.#encoder?.close()
    this.#next?.close()
    this.#encoder = null
    this.#next = null
  }

  get #wish(): EncoderWish {
    const { codec, width, height, fps, gopMs, preset, hdr } = this.#video
    const bitrateKbps =
      codec === 'av1' ? Math.max(minKbps, Math.round(this.#video.bitrateKbps * this.#rate.factor)) : this.#video.bitrateKbps
    const at = Math.max(0, rungPresets.indexOf(preset) - this.#relief.presetsDown)
    const wish = { codec, width, height, fps, bitrateKbps, gopMs, preset: rungPresets[at]!, ...(hdr === undefined ? {} : { hdr }) }
    const { encoder } = this.#video
    return encoder === undefined || this.#hardwareLoss !== null ? wish : { ...wish, encoder }
  }

  #openFor(nowMs: number): void {
    const wish = this.#wish
    const current = this.#next ?? this.#encoder
    try {
      if (current !== null && isSameEncoder(current.wish, wish)) {
        if (current.wish.bitrateKbps !== wish.bitrateKbps) current.setBitrate(wish.bitrateKbps)
        return
      }
      this.#next?.close()
      this.#next = null
      if (this.#encoder !== null && isSameEncoder(this.#encoder.wish, wish)) {
        this.#encoder.setBitrate(wish.bitrateKbps)
        return
      }
      const opened = new VideoEncoder(this.#av, wish)
      this.#failure = null
      if (this.#encoder !== null) this.#next = opened
      else {
        this.#encoder = opened
        this.#isKeyDue = true
      }
    } catch (error) {
      if (wish.encoder !== undefined) {
        this.#hardwareLoss = messageOf(error)
        this.#openFor(nowMs)
        return
      }
      // The one that runs goes on.
      this.#failure = { message: messageOf(error), atMs: nowMs }
    }
  }

  #swap(): void {
    this.#encoder?.close()
    this.#encoder = this.#next
    this.#next = null
  }

  #shapeOf({ wish: { width, height, hdr } }: VideoEncoder): PictureShape {
    const { fit, cropAt, overlays } = this.#video
    return { width, height, fit, cropAt, ...(hdr === undefined ? {} : { hdr }), ...(overlays === undefined ? {} : { overlays }) }
  }
}

/** Whether one encoder can be both: only x264 takes another bitrate while it runs. */
function isSameEncoder(a: EncoderWish, b: EncoderWish): boolean {
  const isRate = a.bitrateKbps === b.bitrateKbps || (a.codec === 'h264' && b.codec === 'h264' && a.encoder === undefined)
  return (
    isRate &&
    a.codec === b.codec &&
    a.encoder === b.encoder &&
    a.hdr === b.hdr &&
    a.width === b.width &&
    a.height === b.height &&
    a.fps.num * b.fps.den === b.fps.num * a.fps.den &&
    a.preset === b.preset &&
    // The level follows the bitrate.
    JSON.stringify(encoderOptions(a)) === JSON.stringify(encoderOptions(b))
  )
}
