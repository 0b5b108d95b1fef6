import {
  h264Syntax,
  h265Syntax,
  makePictureSyntax,
  ParameterSetStore,
  type ParameterSets,
  type PictureSyntax,
} from '@sluice/codecs/access-unit'
import { type Frame, ticksPerSecond, type VideoTrack } from '@sluice/codecs/frame'
import { isKeyFrame, nalLengthBytes } from '@sluice/codecs/track'
import type { OnNote } from './notes.ts'
import { PictureJoiner } from './picture-joiner.ts'
import { PictureOrder } from './picture-order.ts'
import { type PicturePart, type PictureScan, scanPictures } from './picture-scan.ts'
import { readSets, readSetsTrack } from './video-sets.ts'
import { frameOf, unitsOf } from './video-units.ts'

type Out = { readonly onTrack: (track: VideoTrack) => void; readonly onFrame: (frame: Frame) => void; readonly onNote: OnNote }

/** Parameter sets that change more often than this are left where they are: a new configuration for each picture helps nobody. */
const maxChanges = 8
const changeWindowTicks = 10 * ticksPerSecond
/** A longer distance between two messages is a pause and no frame rate. */
const maxStepTicks = ticksPerSecond
const fallbackStepTicks = ticksPerSecond / 25

/** One H.264 or H.265 track: its parameter sets wherever they come, whole pictures, and times in order. */
export class VideoLane {
  readonly #out: Out
  readonly #id: number
  readonly #store: ParameterSetStore
  #track: VideoTrack | null = null
  /** The track as the demuxer gave it; `#track` differs once sets of the stream itself replaced its own. */
  #given: VideoTrack | null = null
  #syntax: PictureSyntax
  readonly #codec: 'h264' | 'h265'
  readonly #joiner: PictureJoiner
  #order: PictureOrder
  #stepTicks = 0
  #lastDts = Number.NaN
  #lastPictures = 1
  #changes = 0
  #changesSinceDts = Number.NaN

  /** `id`: of the track that is made where the demuxer gave none. */
  constructor(codec: 'h264' | 'h265', id: number, out: Out) {
    this.#out = out
    this.#id = id
    this.#codec = codec
    const video = codec === 'h264' ? h264Syntax : h265Syntax
    this.#store = new ParameterSetStore(video)
    this.#syntax = makePictureSyntax(codec, { vps: [], sps: [], pps: [] })
    this.#joiner = new PictureJoiner((frame, order) => this.#order.put(frame, order), out.onNote)
    this.#order = this.#makeOrder()
  }

  /** The track in force; null before its parameter sets are known. */
  get track(): VideoTrack | null {
    return this.#track
  }

  /** The first pictures of a configuration are looked at and have not left yet. */
  get isStarting(): boolean {
    return this.#joiner.isStarting || this.#order.isStarting
  }

  putTrack(track: VideoTrack): void {
    if (track === this.#given) return
    this.#given = track
    const sets = readSets(track)
    if (sets !== null) this.#store.accept(sets)
    this.#use(track, sets)
  }

  /** Takes a frame of sound NAL units, of the track that `putTrack` gave last. */
  putFrame(frame: Frame): void {
    const given = frame.track as VideoTrack
    if (given !== this.#given) this.putTrack(given)
    const lengthBytes = nalLengthBytes(given)
    const scan = scanPictures(frame.bytes, lengthBytes, this.#syntax)
    if (scan.sets.length > 0 && this.#takeSets(scan.sets, frame.dts)) {
      // Read anew under the sets that came with it.
      const own = this.#own(frame, lengthBytes)
      this.#accept(own, scanPictures(own.bytes, nalLengthBytes(own.track), this.#syntax))
      return
    }
    this.#accept(this.#track === given ? frame : this.#own(frame, lengthBytes), scan)
  }

  /** Takes NAL units of another framing than the track's, or from before there was a track. False: no parameter sets yet. */
  putUnits(units: readonly Uint8Array[], dts: number, pts: number): boolean {
    const sets = units.filter((unit) => this.#syntax.video.parameterSet(unit) !== null)
    if (sets.length > 0) this.#takeSets(sets, dts)
    const track = this.#track
    if (track === null) return false
    const bytes = frameOf(units, nalLengthBytes(track), this.#syntax.video)
    if (bytes.length === 0) return true
    this.#accept({ track, dts, pts, isKey: isKeyFrame(track, bytes), bytes }, scanPictures(bytes, nalLengthBytes(track), this.#syntax))
    return true
  }

  /** The session is over or silent: gives out what is held. */
  flush(): void {
    this.#joiner.flush()
    this.#order.flush()
  }

  /** The frame under the track in force, with its length fields. */
  #own(frame: Frame, lengthBytes: 1 | 2 | 4): Frame {
    const track = this.#track!
    const bytes =
      nalLengthBytes(track) === lengthBytes ? frame.bytes : frameOf(unitsOf(frame.bytes, lengthBytes), nalLengthBytes(track), null)
    return { ...frame, track, bytes }
  }

  #use(track: VideoTrack, sets: ParameterSets | null): void {
    this.flush()
    this.#track = track
    this.#syntax = makePictureSyntax(this.#codec, sets ?? { vps: [], sps: [], pps: [] })
    this.#order = this.#makeOrder()
    this.#joiner.forgetHabit()
    this.#out.onTrack(track)
  }

  #makeOrder(): PictureOrder {
    return new PictureOrder(this.#syntax, (frame) => this.#out.onFrame(frame), this.#out.onNote)
  }

  /** Sets that stand in the stream itself. True: they are news, and the track is another one now. */
  #takeSets(units: readonly Uint8Array[], dts: number): boolean {
    const sets = this.#store.offer(units)
    if (sets === null) return false
    if (!(Math.abs(dts - this.#changesSinceDts) < changeWindowTicks)) {
      this.#changesSinceDts = dts
      this.#changes = 0
    }
    if (++this.#changes > maxChanges) return false
    const isWhole = sets.sps.length > 0 && sets.pps.length > 0
    const track = isWhole ? readSetsTrack(this.#codec, this.#track?.id ?? this.#id, sets) : null
    if (isWhole && track === null) {
      this.#out.onNote({ code: 'broken-left-out', media: 'video', subject: 'parameter sets' })
      return false
    }
    this.#store.accept(sets)
    if (track === null) return false
    this.#out.onNote({ code: 'config-recovered', media: 'video', subject: '' })
    this.#use(track, sets)
    return true
  }

  #accept(frame: Frame, scan: PictureScan): void {
    const { bytes } = frame
    const track = this.#track!
    const { parts, tailAt } = scan
    if (parts.length === 0) {
      if (scan.isSuffixOnly) this.#joiner.putSuffix(bytes)
      else this.#takePrefix(track, bytes)
      return
    }
    this.#observeStep(frame.dts, parts.length)
    const isWhole = parts.length === 1 && tailAt === bytes.length
    for (const [i, part] of parts.entries()) this.#joiner.put(track, this.#syntax, this.#piece(frame, part, i, isWhole))
    if (tailAt < bytes.length) this.#takePrefix(track, bytes.subarray(tailAt))
  }

  /** Units ahead of their picture. Sets are in the track by now, and a delimiter says nothing that the next picture does not. */
  #takePrefix(track: VideoTrack, bytes: Uint8Array): void {
    const { video } = this.#syntax
    const lengthBytes = nalLengthBytes(track)
    const units = unitsOf(bytes, lengthBytes).filter((unit) => video.parameterSet(unit) === null && !video.isDelimiter(unit))
    if (units.length > 0) this.#joiner.putPrefix(frameOf(units, lengthBytes, null))
  }

  #piece(frame: Frame, part: PicturePart, index: number, isWhole: boolean) {
    const later = index === 0 ? 0 : Math.round(index * this.#stepTicks)
    return {
      frame: isWhole ? frame : null,
      bytes: isWhole ? frame.bytes : frame.bytes.subarray(part.at, part.end),
      dts: frame.dts + later,
      pts: frame.pts + later,
      first: part.first,
      last: part.last,
      slices: part.slices,
      hasBothFields: part.hasBothFields,
    }
  }

  /** The distance of two pictures, for those that share one time. */
  #observeStep(dts: number, pictures: number): void {
    const step = (dts - this.#lastDts) / this.#lastPictures
    if (step > 0 && step <= maxStepTicks) this.#stepTicks = step
    else if (this.#stepTicks === 0) this.#stepTicks = this.#track?.fps ? ticksPerSecond / this.#track.fps : fallbackStepTicks
    this.#lastDts = dts
    this.#lastPictures = pictures
  }
}
