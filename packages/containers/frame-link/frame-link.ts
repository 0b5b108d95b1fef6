import { WireError } from '@sluice/base/errors'
import { makeRecord, viewOf } from '@sluice/base/records'
import { type AudioCodec, audioCodecs, type Codec, type VideoCodec, videoCodecs } from '@sluice/base/words'
import type { AudioTrack, Frame, Track, VideoTrack } from '@sluice/codecs/frame'

/** What the frames of one track of a slot are from here on. `track.config` is a view of the record. */
type LinkTrack = { readonly type: 'track'; readonly slot: number; readonly track: Track }

/** One frame of a track that was sent before; `bytes` is a view of the record. Times as in Frame. */
export type LinkFrame = Pick<Frame, 'dts' | 'pts' | 'isKey' | 'bytes'> & {
  readonly type: 'frame'
  readonly slot: number
  readonly kind: Track['kind']
  readonly id: number
  /** When it had come in whole, by the sender's own clock; null: it was made there. */
  readonly readMs: number | null
}

/** A slot is one stream of tracks and frames: a session of an input, a rung. Its number is not used twice. `end`: nothing of it follows. */
export type LinkMessage = LinkTrack | LinkFrame | { readonly type: 'end'; readonly slot: number }

/** Longest record: a key frame of 8K stays below. */
export const maxLinkFrameBytes = 32 * 1024 * 1024

const types = { track: 1, frame: 2, end: 3 } as const
const kinds = ['video', 'audio'] as const
/** In the order of their numbers on the wire; both ends are of one version. */
const codecs: readonly Codec[] = [...videoCodecs, ...audioCodecs]
/** Type and slot; then kind and id for a track or a frame. */
const endBytes = 5
const trackHeadBytes = 13
const frameHeadBytes = 33
const recordHeadBytes = 4
const keyFlag = 1

/** All of a track but its kind, id, codec and configuration, which are fields of the record. */
type Facts = Omit<VideoTrack, 'kind' | 'id' | 'codec' | 'config'> | Omit<AudioTrack, 'kind' | 'id' | 'codec' | 'config'>

export function writeTrack(slot: number, { kind, id, codec, config, ...facts }: Track): Uint8Array {
  const factBytes = new TextEncoder().encode(JSON.stringify(facts satisfies Facts))
  const { record, view } = makeRecord(trackHeadBytes + config.length + factBytes.length)
  writeStart(view, types.track, slot)
  writeTrackName(view, kind, id)
  view.setUint8(recordHeadBytes + 8, codecs.indexOf(codec))
  view.setUint32(recordHeadBytes + 9, config.length)
  record.set(config, recordHeadBytes + trackHeadBytes)
  record.set(factBytes, recordHeadBytes + trackHeadBytes + config.length)
  return record
}

/** What goes before the bytes of a frame, which are not copied: they are written behind it. `readMs`: where the frame does not have its own. */
export function writeFrameHead(slot: number, frame: Frame, readMs = frame.readMs ?? null): Uint8Array {
  const head = new Uint8Array(recordHeadBytes + frameHeadBytes)
  const view = new DataView(head.buffer)
  view.setUint32(0, frameHeadBytes + frame.bytes.length)
  writeStart(view, types.frame, slot)
  writeTrackName(view, frame.track.kind, frame.track.id)
  view.setUint8(recordHeadBytes + 8, frame.isKey ? keyFlag : 0)
  view.setFloat64(recordHeadBytes + 9, frame.dts)
  view.setFloat64(recordHeadBytes + 17, frame.pts)
  view.setFloat64(recordHeadBytes + 25, readMs ?? Number.NaN)
  return head
}

export function writeEnd(slot: number): Uint8Array {
  const { record, view } = makeRecord(endBytes)
  writeStart(view, types.end, slot)
  return record
}

/** Reads one record of `RecordReader`; its bytes are views, valid as long as the record. Throws WireError for what is no message. */
export function readFrameLink(record: Uint8Array): LinkMessage {
  const view = viewOf(record, endBytes, 'message')
  const slot = view.getUint32(1)
  const type = view.getUint8(0)
  if (type === types.end) return { type: 'end', slot }
  if (type === types.frame) return readFrame(viewOf(record, frameHeadBytes + 1, 'frame'), record, slot)
  if (type !== types.track) throw new WireError('FRAMELINK_TYPE', 0, `message type is ${type}, not 1 to 3`)
  return { type: 'track', slot, track: readTrack(viewOf(record, trackHeadBytes, 'track'), record) }
}

function readFrame(view: DataView, record: Uint8Array, slot: number): LinkFrame {
  const readMs = view.getFloat64(25)
  return {
    type: 'frame',
    slot,
    kind: kindOf(view),
    id: view.getUint16(6),
    isKey: (view.getUint8(8) & keyFlag) !== 0,
    dts: ticksOf(view, 9),
    pts: ticksOf(view, 17),
    readMs: Number.isFinite(readMs) ? readMs : null,
    bytes: record.subarray(frameHeadBytes),
  }
}

function readTrack(view: DataView, record: Uint8Array): Track {
  const kind = kindOf(view)
  const id = view.getUint16(6)
  const number = view.getUint8(8)
  const codec = codecs[number]
  if (codec === undefined || kind !== (number < videoCodecs.length ? 'video' : 'audio'))
    throw new WireError('FRAMELINK_CODEC', 8, `codec ${number} is none of ${kind}`)
  const factsAt = trackHeadBytes + view.getUint32(9)
  if (factsAt > record.length) throw new WireError('FRAMELINK_CONFIG', 9, `configuration ends at ${factsAt} of ${record.length} bytes`)
  const config = record.subarray(trackHeadBytes, factsAt)
  const facts = readFacts(record, factsAt)
  const [text, whole] = [textOf(factsAt), wholeOf(factsAt)]
  const codecString = text(facts['codecString'])
  if (kind === 'audio') {
    const { sampleRate, channels } = facts
    return { kind, id, codec: codec as AudioCodec, config, codecString, sampleRate: whole(sampleRate), channels: whole(channels) }
  }
  const { width, height, fps, profile } = facts
  const size = { width: whole(width), height: whole(height), fps: fps === null ? null : fractionOf(fps, factsAt) }
  return { kind, id, codec: codec as VideoCodec, config, codecString, ...size, profile: text(profile) }
}

function readFacts(record: Uint8Array, at: number): Record<string, unknown> {
  try {
    const facts: unknown = JSON.parse(new TextDecoder().decode(record.subarray(at)))
    if (typeof facts === 'object' && facts !== null) return facts as Record<string, unknown>
  } catch {
    // Said below, with the place.
  }
  throw new WireError('FRAMELINK_FACTS', at, 'the facts of a track are no JSON object')
}

const textOf =
  (at: number) =>
  (value: unknown): string => {
    if (typeof value === 'string') return value
    throw new WireError('FRAMELINK_FACTS', at, `a fact of a track is ${typeof value}, not text`)
  }

const wholeOf =
  (at: number) =>
  (value: unknown): number => {
    if (Number.isSafeInteger(value)) return value as number
    throw new WireError('FRAMELINK_FACTS', at, `a fact of a track is ${typeof value}, not a whole number`)
  }

function fractionOf(value: unknown, at: number): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new WireError('FRAMELINK_FACTS', at, `a frame rate is ${typeof value}, not a number`)
}

/** In a record that is being written, which still has its length in front. */
function writeStart(view: DataView, type: number, slot: number): void {
  view.setUint8(recordHeadBytes, type)
  view.setUint32(recordHeadBytes + 1, slot)
}

function writeTrackName(view: DataView, kind: Track['kind'], id: number): void {
  view.setUint8(recordHeadBytes + 5, kinds.indexOf(kind))
  view.setUint16(recordHeadBytes + 6, id)
}

function kindOf(view: DataView): Track['kind'] {
  const kind = kinds[view.getUint8(5)]
  if (kind === undefined) throw new WireError('FRAMELINK_KIND', 5, `kind is ${view.getUint8(5)}, not 0 or 1`)
  return kind
}

function ticksOf(view: DataView, at: number): number {
  const ticks = view.getFloat64(at)
  if (!Number.isSafeInteger(ticks)) throw new WireError('FRAMELINK_TIME', at, `time is ${ticks}, not a whole number of ticks`)
  return ticks
}
