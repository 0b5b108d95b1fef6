import { WireError } from '@sluice/base/errors'
import { type Frame, type MediaNote, type Track, ticksPerSecond, type VideoTrack } from '@sluice/codecs/frame'
import { wholeNalBytes } from '@sluice/codecs/nal'
import { isKeyFrame, nalLengthBytes, readFrameTrack, readTrack, withVp9Size } from '@sluice/codecs/track'
import { type Mp4Box, readBoxes } from './read-box.ts'
import { type ReadSample, readFragmentBoxes } from './read-fragment.ts'
import { type InitTrack, readInitTracks } from './read-init-segment.ts'

/** Takes what the demuxer finds, synchronously. */
export interface Fmp4Sink {
  /** A track was announced, or changed: then it has the id of the one before. Always before the frames that need it. */
  onTrack(track: Track): void
  /** In decoding order over all tracks of a segment. `frame.bytes` is a view of the segment. */
  onFrame(frame: Frame): void
  /** Something was left out: a track, a sample. */
  onNote?(note: MediaNote): void
}

type Lane = {
  readonly init: InitTrack
  readonly id: number
  track: Track | null
  /** Ticks that dts must be earlier, so that no frame is shown before it is decoded: muxers may write offsets below 0. */
  lag90k: number
}

/** Times above are no times: 2^50 ticks are 400 years. */
const maxTicks = 2 ** 50
/** Seconds between a sample's decoding and its showing that no encoder means: pictures are reordered over a second or two. */
const maxReorderS = 60

/**
 * Fragmented MP4 in segments to tracks and frames: an init segment, then segments with one fragment or several. Edit lists are applied to the
 * start of each track. Codecs that Sluice does not carry are passed over. Spec: ISO/IEC 14496-12 §8.8, RFC 8216 §3.3
 */
export class Fmp4Demuxer {
  // bound: 32 tracks of one init segment, more are refused
  #lanes = new Map<number, Lane>()
  // bound: 32 ids of each kind, by the tracks of an init segment
  #announced = new Map<string, Track>()

  /** Takes an init segment, or a segment with its init in it. Bytes are handed over: frames are views of them. Throws WireError. */
  push(bytes: Uint8Array, sink: Fmp4Sink): void {
    const boxes = readBoxes(bytes)
    const moov = boxes.find((box) => box.type === 'moov')
    if (moov !== undefined) this.#takeInit(bytes, moov, sink)
    const isMedia = boxes.some((box) => box.type === 'moof')
    if (!isMedia) {
      if (moov === undefined) throw new WireError('FMP4_BOX', 0, `no "moov" and no "moof" in ${bytes.length} bytes`)
      return
    }
    if (this.#lanes.size === 0) throw new WireError('FMP4_NO_INIT', 0, 'a fragment without an init segment that names its tracks')
    const frames = this.#readFrames(bytes, boxes, sink)
    frames.sort((a, b) => a.dts - b.dts)
    for (const frame of frames) {
      const key = `${frame.track.kind}${frame.track.id}`
      if (this.#announced.get(key) !== frame.track) {
        this.#announced.set(key, frame.track)
        sink.onTrack(frame.track)
      }
      sink.onFrame(frame)
    }
  }

  #takeInit(bytes: Uint8Array, moov: Mp4Box, sink: Fmp4Sink): void {
    const counts = { audio: 0, video: 0 }
    const lanes = new Map<number, Lane>()
    const onNote = (note: MediaNote): void => sink.onNote?.(note)
    let broken: WireError | null = null
    for (const init of readInitTracks(bytes, moov, onNote)) {
      const { kind, codec, config } = init.entry
      const id = counts[kind]++
      try {
        const track = config === null ? null : readTrack(kind, id, codec, config)
        lanes.set(init.trackId, { init, id, track, lag90k: 0 })
      } catch (err) {
        if (!(err instanceof WireError)) throw err
        broken = err
        onNote({ code: 'broken-left-out', media: kind, subject: `${codec} configuration` })
      }
    }
    if (lanes.size === 0 && broken !== null) throw broken
    this.#lanes = lanes
  }

  #readFrames(bytes: Uint8Array, boxes: readonly Mp4Box[], sink: Fmp4Sink): Frame[] {
    const none = { duration: 0, bytes: 0, flags: 0 }
    const fragments = readFragmentBoxes(bytes, boxes, (trackId) => this.#lanes.get(trackId)?.init.defaults ?? none)
    const frames: Frame[] = []
    for (const run of fragments.flatMap((fragment) => fragment.runs)) {
      const lane = this.#lanes.get(run.trackId)
      if (lane === undefined) continue
      const { timescale } = lane.init
      for (const { dts, pts, at } of run.samples) {
        if (Math.abs(dts - pts) > maxReorderS * timescale) {
          throw new WireError(
            'FMP4_BOX',
            at,
            `a sample is shown ${(pts - dts) / timescale} s after it is decoded, at most ${maxReorderS} s expected`,
          )
        }
        lane.lag90k = Math.max(lane.lag90k, Math.round(((dts - pts) / timescale) * ticksPerSecond))
      }
      for (const sample of run.samples) {
        const frame = readFrame(bytes, sample, lane, sink)
        if (frame !== null) frames.push(frame)
      }
    }
    return frames
  }
}

/** Null: an empty or broken sample, or one whose track is not known yet. */
function readFrame(bytes: Uint8Array, sample: ReadSample, lane: Lane, sink: Fmp4Sink): Frame | null {
  const media = lane.init.entry.kind
  const track = trackOf(lane, bytes.subarray(sample.at, sample.end))
  if (track === null) {
    sink.onNote?.({ code: 'broken-left-out', media, subject: 'sample without its frame header' })
    return null
  }
  const payload = wholePayload(track, bytes.subarray(sample.at, sample.end))
  if (payload.length < sample.end - sample.at)
    sink.onNote?.({ code: 'broken-left-out', media, subject: 'NAL units that do not fit their sample' })
  if (payload.length === 0) return null
  const { timescale, shift90k } = lane.init
  const pts = Math.round((sample.pts / timescale) * ticksPerSecond) + shift90k
  const dts = Math.min(pts, Math.round((sample.dts / timescale) * ticksPerSecond) + shift90k - lane.lag90k)
  if (!(Math.abs(dts) < maxTicks && Math.abs(pts) < maxTicks)) {
    sink.onNote?.({ code: 'broken-left-out', media, subject: 'sample whose time is none' })
    return null
  }
  return { track, dts, pts, isKey: isKeyFrame(track, payload), bytes: payload }
}

/** The lane's track; MP3 tells by its frames what it is, VP9 its size. */
function trackOf(lane: Lane, payload: Uint8Array): Track | null {
  if (lane.init.entry.codec === 'mp3') lane.track ??= readFrameTrack(lane.id, 'mp3', payload)
  else if (lane.track?.codec === 'vp9') lane.track = withVp9Size(lane.track as VideoTrack, payload)
  return lane.track
}

/** Without a damaged tail, so that nothing behind meets NAL units that leave their frame. */
const wholePayload = (track: Track, payload: Uint8Array): Uint8Array =>
  track.codec === 'h264' || track.codec === 'h265' ? payload.subarray(0, wholeNalBytes(payload, nalLengthBytes(track))) : payload
