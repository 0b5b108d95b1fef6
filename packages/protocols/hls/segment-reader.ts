import { equalBytes } from '@sluice/base/bytes'
import { type ErrorCode, SluiceError } from '@sluice/base/errors'
import type { Frame, MediaNote, Track } from '@sluice/codecs/frame'
import { Fmp4Demuxer } from '@sluice/containers/fmp4'
import { TsDemuxer } from '@sluice/containers/mpegts'

const tsPacketBytes = 188
const tsSync = 0x47
/** Box types that a segment or init segment begins with. Spec: RFC 8216 §3.3, ISO/IEC 23009-1 §6.3 */
const firstBoxes: readonly string[] = ['ftyp', 'styp', 'moov', 'moof', 'sidx', 'emsg', 'prft', 'free', 'uuid']

/** The segments of one playlist to frames, whichever of the two formats they have. */
export class SegmentReader {
  readonly #kinds: readonly Track['kind'][]
  readonly #onNote: (note: MediaNote) => void
  #ts = new TsDemuxer({ isInSegments: true })
  #mp4 = new Fmp4Demuxer()
  /** The tracks as they were first announced: a demuxer that begins anew finds the same ones again, which is no change. */
  readonly #tracks = new Map<string, Track>()

  /** Frames of other kinds are left out: sound that another playlist has, pictures in a playlist of sound. */
  constructor(kinds: readonly Track['kind'][], onNote: (note: MediaNote) => void = () => {}) {
    this.#onNote = onNote
    this.#kinds = kinds
  }

  /** What comes does not go on from what came. The init segment stays in force until there is another. */
  reset(): void {
    this.#ts = new TsDemuxer({ isInSegments: true })
  }

  /** Takes an init segment. Throws WireError. */
  readMap(bytes: Uint8Array): void {
    this.#mp4 = new Fmp4Demuxer()
    this.#mp4.push(bytes, { onTrack() {}, onFrame() {}, onNote: this.#onNote })
  }

  /** The frames of a whole segment, in decoding order. `bytes` is handed over. Throws SluiceError, also when there is nothing in it for us. */
  read(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = []
    const sink = {
      onTrack() {},
      onNote: this.#onNote,
      onFrame: (frame: Frame) => {
        if (this.#kinds.includes(frame.track.kind)) frames.push(this.#withKnownTrack(frame))
      },
    }
    if (isMp4(bytes)) this.#mp4.push(bytes, sink)
    else if (isTs(bytes)) {
      this.#ts.push(bytes, sink)
      this.#ts.flush(sink) // a segment ends with a whole frame, and the next one may be a while off
    } else throw segmentError('HLS_SEGMENT_FORMAT', `it begins with ${beginningOf(bytes)}, MPEG-TS or fragmented MP4 expected`)
    if (frames.length === 0)
      throw segmentError('HLS_NO_MEDIA', `no ${this.#kinds.join(' or ')} that Sluice carries in ${bytes.length} bytes`)
    return frames.sort((a, b) => a.dts - b.dts)
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
