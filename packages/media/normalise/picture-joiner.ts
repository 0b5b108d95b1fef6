import { concatBytes } from '@sluice/base/bytes'
import type { PictureOrderFields, PictureSyntax, Slice, SliceRelation } from '@sluice/codecs/access-unit'
import { type Frame, ticksPerMs, type VideoTrack } from '@sluice/codecs/frame'
import { isKeyFrame, nalLengthBytes } from '@sluice/codecs/track'
import type { OnNote } from './notes.ts'
import { withoutDelimiters } from './strip-units.ts'

/** What one message or packet brings of a picture. `frame` is set where it is the whole of what came, so that it passes untouched. */
export type PicturePiece = {
  readonly frame: Frame | null
  readonly bytes: Uint8Array
  readonly dts: number
  readonly pts: number
  readonly first: Slice
  readonly last: Slice
  readonly slices: number
  readonly hasBothFields: boolean
}

/** Slices of one picture come with one time, or times that differ by rounding. */
const sliceTicks = 15 * ticksPerMs
/** The fields of one frame are no further apart: a frame at 24 frames/s. */
const fieldTicks = 45 * ticksPerMs
/** So many pictures of one slice in one message each: an encoder that cuts pictures does so sooner. */
const surePictures = 30
/** A picture has no more; what is over it is left out. */
const maxPieces = 1024
const maxBytes = 16 * 1024 * 1024
/** Units before a picture that came in messages of their own: parameter sets and SEI. */
const maxPrefixPieces = 64
const maxPrefixBytes = 64 * 1024

type Picture = {
  readonly track: VideoTrack
  // bound: `maxPieces` and `maxBytes`, further ones are left out
  readonly pieces: Uint8Array[]
  frame: Frame | null
  bytes: number
  readonly dts: number
  readonly pts: number
  readonly order: PictureOrderFields | null
  /** Where the last slice stands in time and in its picture. */
  lastDts: number
  last: Slice
  /** Messages that the present field, or the frame, came in. */
  messages: number
  /** One message brought several slices of it, so that messages are whole pictures here. */
  isOneOfMany: boolean
  hasBothFields: boolean
  isGiven: boolean
}

/** Called with each whole picture. `frame` is the very object that came where nothing was joined. */
export type OnPicture = (frame: Frame, order: PictureOrderFields | null) => void

/**
 * Puts the pieces of pictures together, one video track's. What it has seen decides what it holds: at first each picture until the
 * next one begins; once a message had several slices of one, or a second of them came whole, none; as soon as one came in pieces, each.
 * A lone field waits for the other field of its frame.
 */
export class PictureJoiner {
  readonly #onPicture: OnPicture
  readonly #onNote: OnNote
  #habit: 'unknown' | 'whole' | 'pieces' = 'unknown'
  #wholePictures = 0
  #picture: Picture | null = null
  // bound: `maxPrefixPieces` and `maxPrefixBytes`, all are forgotten for the next
  #prefix: Uint8Array[] = []
  #prefixBytes = 0

  constructor(onPicture: OnPicture, onNote: OnNote) {
    this.#onPicture = onPicture
    this.#onNote = onNote
  }

  /** The first picture of a configuration waits for the one that shows how pictures come here. */
  get isStarting(): boolean {
    return this.#habit === 'unknown' && this.#wholePictures === 0 && this.#picture !== null
  }

  /** Takes a piece with at least one slice. */
  put(track: VideoTrack, syntax: PictureSyntax, piece: PicturePiece): void {
    const picture = this.#picture
    const relation = picture === null ? 'other-picture' : this.#relation(picture, syntax, piece)
    if (picture === null || relation === 'other-picture') this.#open(track, piece)
    else this.#join(picture, relation, piece, syntax)
    const open = this.#picture!
    if (this.#habit === 'whole' && !(open.last.isField && !open.hasBothFields)) this.#give(open)
  }

  /** Takes units that stand before the next picture. */
  putPrefix(bytes: Uint8Array): void {
    if (this.#prefix.length >= maxPrefixPieces || this.#prefixBytes + bytes.length > maxPrefixBytes) {
      this.#prefix = []
      this.#prefixBytes = 0
      this.#onNote({ code: 'broken-left-out', media: 'video', subject: 'units without a picture' })
    }
    if (bytes.length > maxPrefixBytes) return
    this.#prefix.push(bytes)
    this.#prefixBytes += bytes.length
  }

  /** Takes units that stand behind the slices of the present picture. What comes too late says nothing that a decoder needs. */
  putSuffix(bytes: Uint8Array): void {
    const picture = this.#picture
    if (picture !== null && !picture.isGiven) this.#add(picture, bytes)
  }

  /** The stream has another configuration: what is held is looked at as at the start. */
  forgetHabit(): void {
    this.#habit = 'unknown'
    this.#wholePictures = 0
  }

  /** No more will come, or what comes has nothing to do with it: gives out what is there. */
  flush(): void {
    if (this.#picture !== null) this.#give(this.#picture)
    this.#picture = null
  }

  #relation(picture: Picture, syntax: PictureSyntax, { first, dts }: PicturePiece): SliceRelation {
    const relation = syntax.relation(picture.last, first)
    const distance = Math.abs(dts - picture.lastDts)
    if (relation === 'second-field') return picture.hasBothFields || distance > fieldTicks ? 'other-picture' : relation
    if (relation === 'other-picture' || distance > sliceTicks) return 'other-picture'
    // Some encoders count nothing up between two pictures; a second slice at the first address and a later time is the next one.
    return first.isFirst && picture.last.isFirst && distance > 0 ? 'other-picture' : relation
  }

  #open(track: VideoTrack, piece: PicturePiece): void {
    const before = this.#picture
    if (before !== null) {
      this.#give(before)
      if (this.#habit === 'unknown') this.#learn(before)
    }
    const isBare = this.#prefix.length === 0
    this.#picture = {
      track,
      pieces: isBare ? [piece.bytes] : [...this.#prefix, piece.bytes],
      frame: isBare ? piece.frame : null,
      bytes: this.#prefixBytes + piece.bytes.length,
      dts: piece.dts,
      pts: piece.pts,
      order: piece.first.order,
      lastDts: piece.dts,
      last: piece.last,
      messages: 1,
      isOneOfMany: piece.slices > (piece.hasBothFields ? 2 : 1),
      hasBothFields: piece.hasBothFields,
      isGiven: false,
    }
    if (isBare) return
    this.#prefix = []
    this.#prefixBytes = 0
    this.#onNote({ code: 'pictures-joined', media: 'video', subject: 'parameter sets and SEI on their own' })
  }

  #learn(picture: Picture): void {
    this.#wholePictures++
    if (picture.messages > 1) this.#habit = 'pieces'
    else if (picture.isOneOfMany || this.#wholePictures >= surePictures) this.#habit = 'whole'
  }

  #join(picture: Picture, relation: SliceRelation, piece: PicturePiece, syntax: PictureSyntax): void {
    if (relation === 'second-field') {
      picture.hasBothFields = true
      picture.messages = 1
      this.#onNote({ code: 'pictures-joined', media: 'video', subject: 'fields of a frame' })
    } else {
      picture.messages++
      picture.hasBothFields ||= piece.hasBothFields
      this.#habit = 'pieces'
      if (picture.isGiven) {
        this.#onNote({ code: 'broken-left-out', media: 'video', subject: 'slices behind their picture' })
        return
      }
      if (picture.messages === 2) this.#onNote({ code: 'pictures-joined', media: 'video', subject: 'slices of a picture' })
    }
    picture.last = piece.last
    picture.lastDts = piece.dts
    for (const bytes of [...this.#prefix, piece.bytes]) {
      const kept = withoutDelimiters(bytes, nalLengthBytes(picture.track), syntax.video)
      if (kept.length > 0) this.#add(picture, kept)
    }
    this.#prefix = []
    this.#prefixBytes = 0
  }

  #add(picture: Picture, bytes: Uint8Array): void {
    if (picture.pieces.length >= maxPieces || picture.bytes + bytes.length > maxBytes) {
      this.#onNote({ code: 'broken-left-out', media: 'video', subject: 'a picture of too many pieces' })
      return
    }
    picture.frame = null
    picture.pieces.push(bytes)
    picture.bytes += bytes.length
  }

  #give(picture: Picture): void {
    if (picture.isGiven) return
    picture.isGiven = true
    const { track, pieces, dts, pts, order } = picture
    let { frame } = picture
    if (frame === null) {
      const bytes = pieces.length === 1 ? pieces[0]! : concatBytes(pieces)
      frame = { track, dts, pts, isKey: isKeyFrame(track, bytes), bytes }
    }
    // Nothing of it is needed any more but where its last slice stood.
    pieces.length = 0
    picture.frame = null
    this.#onPicture(frame, order)
  }
}
