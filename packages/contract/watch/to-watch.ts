import { WireError } from '@sluice/base/errors'
import { audioCodecs, type Codec, videoCodecs } from '@sluice/base/words'
import { makeRecord, viewOf } from './record-reader.ts'

/** Codecs in the order of their numbers on the wire; both ends are of one version. */
const watchedCodecs = [...videoCodecs, ...audioCodecs] as const
const kinds = ['video', 'audio'] as const
export type WatchedKind = (typeof kinds)[number]

/** What the frames of a slot are from here on. `config`: as `Track.config` in `@sluice/codecs/frame` holds it. */
export type WatchedTrack = {
  readonly type: 'track'
  readonly slot: number
  readonly kind: WatchedKind
  readonly codec: Codec
  readonly config: Uint8Array
}

/**
 * A key frame of video, or a frame of audio. `atMs` is when it came by the engine's own clock; the answer repeats it, so that the judgement
 * counts what viewers waited and no jump of the source's time stamps matters.
 */
export type WatchedFrame = {
  readonly type: 'frame'
  readonly slot: number
  readonly kind: WatchedKind
  readonly atMs: number
  readonly bytes: Uint8Array
}

/** From the engine to the watching child. A slot is one session of one input; numbers are not used twice. */
export type ToWatch = WatchedTrack | WatchedFrame | { readonly type: 'forget'; readonly slot: number }

const types = { track: 1, frame: 2, forget: 3 } as const
const trackHeadBytes = 7
const frameHeadBytes = 14
const forgetBytes = 5

/** A whole message but for frames, whose bytes are not copied: those are `writeFrameHead` and the bytes themselves. */
export function writeToWatch(message: Exclude<ToWatch, WatchedFrame>): Uint8Array {
  if (message.type === 'forget') {
    const { record, view } = makeRecord(forgetBytes)
    writeStart(view, types.forget, message.slot)
    return record
  }
  const { record, view } = makeRecord(trackHeadBytes + message.config.length)
  writeStart(view, types.track, message.slot)
  view.setUint8(9, kinds.indexOf(message.kind))
  view.setUint8(10, watchedCodecs.indexOf(message.codec))
  record.set(message.config, 4 + trackHeadBytes)
  return record
}

/** What goes before `byteCount` bytes of a frame. */
export function writeFrameHead(slot: number, kind: WatchedKind, atMs: number, byteCount: number): Uint8Array {
  const head = new Uint8Array(4 + frameHeadBytes)
  const view = new DataView(head.buffer)
  view.setUint32(0, frameHeadBytes + byteCount)
  writeStart(view, types.frame, slot)
  view.setUint8(9, kinds.indexOf(kind))
  view.setFloat64(10, atMs)
  return head
}

/** Reads one record; its bytes are views. Throws WireError for what is no message. */
export function readToWatch(record: Uint8Array): ToWatch {
  const view = viewOf(record, forgetBytes, 'message')
  const slot = view.getUint32(1)
  const type = view.getUint8(0)
  if (type === types.forget) return { type: 'forget', slot }
  if (type === types.frame) {
    viewOf(record, frameHeadBytes + 1, 'frame')
    return { type: 'frame', slot, kind: kindOf(view), atMs: timeOf(view.getFloat64(6)), bytes: record.subarray(frameHeadBytes) }
  }
  if (type !== types.track) throw new WireError('WATCH_MESSAGE_TYPE', 0, `message type is ${type}, not 1 to 3`)
  viewOf(record, trackHeadBytes, 'track')
  const kind = kindOf(view)
  const codec = watchedCodecs[view.getUint8(6)]
  if (codec === undefined) throw new WireError('WATCH_CODEC', 6, `codec is ${view.getUint8(6)}, not 0 to ${watchedCodecs.length - 1}`)
  return { type: 'track', slot, kind, codec, config: record.subarray(trackHeadBytes) }
}

/** In a record that is being written, which still has its length in front. */
function writeStart(view: DataView, type: number, slot: number): void {
  view.setUint8(4, type)
  view.setUint32(5, slot)
}

function kindOf(view: DataView): WatchedKind {
  const kind = kinds[view.getUint8(5)]
  if (kind === undefined) throw new WireError('WATCH_KIND', 5, `kind is ${view.getUint8(5)}, not 0 or 1`)
  return kind
}

function timeOf(atMs: number): number {
  if (!Number.isFinite(atMs)) throw new WireError('WATCH_TIME', 6, `time is ${atMs}, not a number`)
  return atMs
}

/** What one source may ask of the watching child. */
export const watchLimits = {
  /** Pixels of a picture that is decoded: 8K. Larger ones are told of as not decoded. */
  pixels: 8192 * 4320,
  /** Least time between two key pictures of one input: an encoder that sends nothing but key frames is looked at ten times a second. */
  leastGapMs: 100,
} as const
