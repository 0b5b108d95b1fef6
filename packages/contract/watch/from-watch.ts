import { WireError } from '@sluice/base/errors'
import { makeRecord, viewOf } from '@sluice/base/records'
import { thumbnailLimits } from './watch-limits.ts'

/** Longest answer of the child: figures, or one sentence. */
export const maxAnswerBytes = 4096
/** The same of a child that draws thumbnails. */
export const maxThumbnailAnswerBytes: number = thumbnailLimits.bytes + maxAnswerBytes

type WatchedKind = 'video' | 'audio'

/** First word of a child. `problem`: why it can decode nothing; it ends after that. */
export type WatchHello = { readonly type: 'hello'; readonly problem: string | null }

/** Luma of one key picture, black 0 to white 1. Large cells are a grid of 64 x 36, small ones are 4 x 4 pixels. */
export type WatchedPicture = {
  readonly type: 'picture'
  readonly slot: number
  readonly atMs: number
  readonly mean: number
  /** 98 % of the large cells are not brighter: a small logo on black leaves it dark. */
  readonly high: number
  /** Half of the small cells differ by less from the key picture before; null for the first one and after a change of size. */
  readonly change: number | null
  /** The largest difference of a large cell. */
  readonly changePeak: number | null
}

/** Level of about half a second of sound over all channels, dBFS, -120 (silence) to 0 or a little more. */
export type WatchedSound = {
  readonly type: 'sound'
  readonly slot: number
  readonly atMs: number
  readonly rmsDb: number
  readonly peakDb: number
}

/** Frames that gave no picture or sound: at most one a second and slot. */
export type WatchUndecoded = {
  readonly type: 'undecoded'
  readonly slot: number
  readonly kind: WatchedKind
  readonly atMs: number
  readonly reason: string
}

/** A small picture of a key frame, as a JPEG of at most `thumbnailLimits.bytes`. */
export type WatchThumbnail = { readonly type: 'thumbnail'; readonly slot: number; readonly atMs: number; readonly jpeg: Uint8Array }

/** Once a second, for as long as the child is at work and not stuck. */
export type WatchBeat = { readonly type: 'beat'; readonly rssBytes: number }

export type FromWatch = WatchHello | WatchedPicture | WatchedSound | WatchUndecoded | WatchThumbnail | WatchBeat

const types = { hello: 1, picture: 2, sound: 3, undecoded: 4, beat: 5, thumbnail: 6 } as const
const maxTextBytes = 1000
const none = -1
const thumbnailHeadBytes = 13

export function writeFromWatch(message: FromWatch): Uint8Array {
  if (message.type === 'hello') return writeText(types.hello, 1, message.problem ?? '').record
  if (message.type === 'beat') {
    const { record, view } = makeRecord(9)
    view.setUint8(4, types.beat)
    view.setFloat64(5, message.rssBytes)
    return record
  }
  if (message.type === 'undecoded') {
    const { record, view } = writeText(types.undecoded, 14, message.reason)
    writeSlot(view, message)
    view.setUint8(17, message.kind === 'video' ? 0 : 1)
    return record
  }
  if (message.type === 'thumbnail') {
    const { record, view } = makeRecord(thumbnailHeadBytes + message.jpeg.length)
    view.setUint8(4, types.thumbnail)
    writeSlot(view, message)
    record.set(message.jpeg, 4 + thumbnailHeadBytes)
    return record
  }
  const numbers =
    message.type === 'sound'
      ? [message.rmsDb, message.peakDb]
      : [message.mean, message.high, message.change ?? none, message.changePeak ?? none]
  const { record, view } = makeRecord(13 + 4 * numbers.length)
  view.setUint8(4, types[message.type])
  writeSlot(view, message)
  for (const [i, value] of numbers.entries()) view.setFloat32(17 + 4 * i, value)
  return record
}

/** Reads one record. Throws WireError for what is no message, and for figures that can't be. */
export function readFromWatch(record: Uint8Array): FromWatch {
  const view = viewOf(record, 1, 'message')
  const type = view.getUint8(0)
  if (type === types.hello) return { type: 'hello', problem: textOf(record, 1) || null }
  if (type === types.beat) {
    viewOf(record, 9, 'beat')
    return { type: 'beat', rssBytes: inRange(view.getFloat64(1), 0, Number.MAX_SAFE_INTEGER) }
  }
  if (type !== types.picture && type !== types.sound && type !== types.undecoded && type !== types.thumbnail)
    throw new WireError('WATCH_MESSAGE_TYPE', 0, `message type is ${type}, not 1 to 6`)
  viewOf(record, 14, 'answer')
  const base = { slot: view.getUint32(1), atMs: inRange(view.getFloat64(5), -Number.MAX_VALUE, Number.MAX_VALUE) }
  if (type === types.thumbnail) return { type: 'thumbnail', ...base, jpeg: jpegOf(record) }
  if (type === types.undecoded)
    return { type: 'undecoded', ...base, kind: view.getUint8(13) === 0 ? 'video' : 'audio', reason: textOf(record, 14) }
  if (type === types.sound) {
    viewOf(record, 21, 'sound')
    return { type: 'sound', ...base, rmsDb: inRange(view.getFloat32(13), -200, 100), peakDb: inRange(view.getFloat32(17), -200, 100) }
  }
  viewOf(record, 29, 'picture')
  const share = (at: number): number => inRange(view.getFloat32(at), 0, 1)
  const optional = (at: number): number | null => (view.getFloat32(at) === none ? null : share(at))
  return { type: 'picture', ...base, mean: share(13), high: share(17), change: optional(21), changePeak: optional(25) }
}

function writeSlot(view: DataView, { slot, atMs }: { slot: number; atMs: number }): void {
  view.setUint32(5, slot)
  view.setFloat64(9, atMs)
}

function writeText(type: number, headBytes: number, text: string): { record: Uint8Array; view: DataView } {
  const bytes = new TextEncoder().encode(text).subarray(0, Math.min(maxTextBytes, maxAnswerBytes - headBytes))
  const { record, view } = makeRecord(headBytes + bytes.length)
  view.setUint8(4, type)
  record.set(bytes, 4 + headBytes)
  return { record, view }
}

/** A copy. It goes to browsers: what does not begin as a JPEG goes nowhere. */
function jpegOf(record: Uint8Array): Uint8Array {
  const jpeg = new Uint8Array(record.subarray(thumbnailHeadBytes))
  if (jpeg.length > thumbnailLimits.bytes || jpeg[0] !== 0xff || jpeg[1] !== 0xd8)
    throw new WireError(
      'WATCH_THUMBNAIL',
      thumbnailHeadBytes,
      `thumbnail of ${jpeg.length} bytes is no JPEG of at most ${thumbnailLimits.bytes} bytes`,
    )
  return jpeg
}

const textOf = (record: Uint8Array, at: number): string => new TextDecoder().decode(record.subarray(at))

function inRange(value: number, low: number, high: number): number {
  if (!(value >= low && value <= high)) throw new WireError('WATCH_FIGURE', 0, `figure is ${value}, not ${low} to ${high}`)
  return value
}
