import { equalBytes } from '@sluice/base/bytes'
import { type ErrorCode, SluiceError } from '@sluice/base/errors'
import { type Frame, type MediaNote, type Track, ticksPerSecond } from '@sluice/codecs/frame'
import { Fmp4Demuxer } from '@sluice/containers/fmp4'
import { TsDemuxer } from '@sluice/containers/mpegts'
import { isPackedAudio, PackedAudioReader } from '@sluice/containers/packed-audio'

const tsPacketBytes = 188
const tsSync = 0x47
/** Box types that a segment or init segment begins with. Spec: RFC 8216 §3.3, ISO/IEC 23009-1 §6.3 */
const firstBoxes: readonly string[] = ['ftyp', 'styp', 'moov', 'moof', 'sidx', 'emsg', 'prft', 'free', 'uuid']

/** An hour of sound in one segment has 170 000, a minute at 120 fps with sound 13 000. Sound in frames of a few bytes would cost us twenty times what came. */
const maxFrames = 200_000
/** Timestamps of one segment that lie further apart than this, or three times what its playlist says, would wait for their time for ever. */
const leastSpanS = 120

/** The segments of one playlist to frames, whichever of the three formats they have. */
export class SegmentReader {
  readonly #kinds: readonly Track['kind'][]
  readonly #onNote: (note: MediaNote) => void
  #ts = new TsDemuxer({ isInSegments: true })
  #mp4 = new Fmp4Demuxer()
  #packed: PackedAudioReader
  /** The tracks as they were first announced: a demuxer that begins anew finds the same ones again, which is no change. */
  // bound: one a kind and id; a demuxer has 32 of each at most
  readonly #tracks = new Map<string, Track>()

  /** Frames of other kinds are left out: sound that another playlist has, pictures in a playlist of sound. */
  constructor(kinds: readonly Track['kind'][], onNote: (note: MediaNote) => void = () => {}) {
    this.#onNote = onNote
    this.#kinds = kinds
    this.#packed = this.#makePacked()
  }

  /** What comes does not go on from what came. The init segment stays in force until there is another. */
  reset(): void {
    this.#ts = new TsDemuxer({ isInSegments: true })
    this.#packed = this.#makePacked()
  }

  /** Takes an init segment. Throws WireError. */
  readMap(bytes: Uint8Array): void {
    this.#mp4 = new Fmp4Demuxer()
    this.#mp4.push(bytes, { onTrack() {}, onFrame() {}, onNote: this.#onNote })
  }

  /** The frames of a whole segment, in decoding order. `durationS`: what its playlist says. `bytes` is handed over. Throws SluiceError, also when there is nothing in it for us. */
  read(bytes: Uint8Array, durationS: number): Frame[] {
    // bound: `maxFrames`, a segment with more is refused
    const frames: Frame[] = []
    const sink = {
      onTrack() {},
      onNote: this.#onNote,
      onFrame: (frame: Frame) => {
        if (!this.#kinds.includes(frame.track.kind)) return
        if (frames.length === maxFrames) throw segmentError('HLS_SEGMENT_FRAMES', `more than ${maxFrames} frames in ${bytes.length} bytes`)
        frames.push(this.#withKnownTrack(frame))
      },
    }
    if (isMp4(bytes)) this.#mp4.push(bytes, sink)
    else if (isPackedAudio(bytes)) this.#packed.push(bytes, sink)
    else if (isTs(bytes)) {
      this.#ts.push(bytes, sink)
      this.#ts.flush(sink) // a segment ends with a whole frame, and the next one may be a while off
    } else
      throw segmentError('HLS_SEGMENT_FORMAT', `it begins with ${beginningOf(bytes)}, MPEG-TS, fragmented MP4 or packed audio expected`)
    if (frames.length === 0)
      throw segmentError('HLS_NO_MEDIA', `no ${this.#kinds.join(' or ')} that Sluice carries in ${bytes.length} bytes`)
    frames.sort((a, b) => a.dts - b.dts)
    const spanS = (frames.at(-1)!.dts - frames[0]!.dts) / ticksPerSecond
    const mostS = Math.max(leastSpanS, 3 * durationS)
    if (!(spanS <= mostS))
      throw segmentError('HLS_SEGMENT_TIME', `its timestamps span ${Math.round(spanS)} s, at most ${Math.round(mostS)} s expected`)
    return isSparse(frames, bytes) ? frames.map((frame) => ({ ...frame, bytes: frame.bytes.slice() })) : frames
  }

  /** Sound in a playlist of its own has to find its pictures. */
  #makePacked(): PackedAudioReader {
    return new PackedAudioReader({ needsTime: !this.#kinds.includes('video') })
  }

  #withKnownTrack(frame: Frame): Frame {
    const { track } = frame
    const key = `${track.kind}${track.id}`
    const known = this.#tracks.get(key)
    if (known === track) return frame
    if (known !== undefined && isSameTrack(known, track)) return { ...frame, track: known }
    this.#tracks.set(key, track)
    return frame
  }
}

function isSameTrack(a: Track, b: Track): boolean {
  const isSameSize = a.kind !== 'video' || b.kind !== 'video' || (a.width === b.width && a.height === b.height)
  return isSameSize && a.codec === b.codec && a.codecString === b.codecString && equalBytes(a.config, b.config)
}

/** Frames of fragmented MP4 are views: a few of them must not keep a segment in memory that is mostly something else. */
function isSparse(frames: readonly Frame[], segment: Uint8Array): boolean {
  const views = frames.filter(({ bytes }) => bytes.buffer === segment.buffer)
  return views.length > 0 && views.reduce((sum, { bytes }) => sum + bytes.length, 0) < segment.length / 2
}

const segmentError = (code: ErrorCode, message: string): SluiceError => new SluiceError(code, 'peer', message)

function isMp4(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && firstBoxes.includes(String.fromCharCode(...bytes.subarray(4, 8)))
}

/** A sync byte within the first packet, and one a packet later: some packagers put something in front. */
function isTs(bytes: Uint8Array): boolean {
  for (let at = 0; at < tsPacketBytes && at + tsPacketBytes < bytes.length; at++) {
    if (bytes[at] === tsSync && bytes[at + tsPacketBytes] === tsSync) return true
  }
  return bytes.length === tsPacketBytes && bytes[0] === tsSync
}

const beginningOf = (bytes: Uint8Array): string =>
  bytes.length === 0
    ? 'nothing'
    : `bytes ${Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ')} of ${bytes.length}`
