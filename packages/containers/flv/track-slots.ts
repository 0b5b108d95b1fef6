import { equalBytes } from '@sluice/base/bytes'
import type { AudioTrack, Codec, Track } from '@sluice/codecs/frame'
import { readFrameTrack, readTrack, type SelfDescribedCodec, withVp9Size } from '@sluice/codecs/track'

/** The tracks of one kind that a demuxer knows, by id: at most 256, as an id is one byte. */
export class TrackSlots {
  readonly #kind: Track['kind']
  // bound: 256 ids, as an id is one byte
  readonly #tracks = new Map<number, Track>()

  constructor(kind: Track['kind']) {
    this.#kind = kind
  }

  /**
   * Takes a configuration. Gives the track to announce, or null: it is the one already known (encoders repeat it, some before
   * every key frame), or VP9, whose first key frame has to tell the size. Throws WireError.
   */
  takeConfig(id: number, codec: Codec, config: Uint8Array): Track | null {
    const known = this.#tracks.get(id)
    if (known?.codec === codec && equalBytes(known.config, config)) return null
    // Copied, as the track outlives the message it came in; not by slice(), which makes a view of a Buffer.
    const track = readTrack(this.#kind, id, codec, new Uint8Array(config))
    this.#tracks.set(id, track)
    return codec === 'vp9' ? null : track
  }

  /** The track that a frame belongs to, or null: nothing was announced that it could be a part of. */
  trackOf(id: number, codec: Codec, bytes: Uint8Array): Track | null {
    const known = this.#tracks.get(id)
    if (isSelfDescribed(codec)) return this.#describe(id, codec, bytes, known)
    if (known?.codec !== codec) return null
    if (known.codec !== 'vp9') return known
    const sized = withVp9Size(known, bytes)
    this.#tracks.set(id, sized)
    return sized.width === 0 ? null : sized
  }

  /** Keeps the known track as long as the frames say the same. */
  #describe(id: number, codec: SelfDescribedCodec, bytes: Uint8Array, known: Track | undefined): AudioTrack | null {
    const found = readFrameTrack(id, codec, bytes)
    if (found === null) return null
    if (known?.kind === 'audio' && known.codec === codec && isSameAudio(known, found)) return known
    this.#tracks.set(id, found)
    return found
  }
}

const isSelfDescribed = (codec: Codec): codec is SelfDescribedCodec => codec === 'mp3' || codec === 'ac3' || codec === 'eac3'
const isSameAudio = (a: AudioTrack, b: AudioTrack): boolean => a.sampleRate === b.sampleRate && a.channels === b.channels
