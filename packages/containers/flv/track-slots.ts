import { equalBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import type { Codec } from '@sluice/base/words'
import type { AudioTrack, Track } from '@sluice/codecs/frame'
import { readFrameTrack, readTrack, type SelfDescribedCodec, withVp9Size } from '@sluice/codecs/track'

/** Frames that agree before a codec without configuration takes the place of another, or changes what it says of itself: one broken frame must not. */
const agreeingFrames = 3

/** What frames say that differs from the track in force. */
type Candidate = { readonly track: AudioTrack; frames: number }

/**
 * The tracks of one kind that a demuxer knows, by id and codec: an id is one byte. The configuration of each codec stays, so that a
 * stray message of another one ends nothing.
 */
export class TrackSlots {
  readonly #kind: Track['kind']
  // bound: 256 ids, as an id is one byte, and ten codecs of each
  readonly #tracks = new Map<number, Map<Codec, Track>>()
  /** The codec that each id's last frame had. */
  // bound: 256 ids, as an id is one byte
  readonly #codecs = new Map<number, Codec>()
  /** The codec that each id was last configured for. */
  // bound: 256 ids, as an id is one byte
  readonly #configured = new Map<number, Codec>()
  // bound: 256 ids, as an id is one byte
  readonly #candidates = new Map<number, Candidate>()

  constructor(kind: Track['kind']) {
    this.#kind = kind
  }

  /**
   * Takes a configuration. Gives the track to announce, or null: it is the one already known (encoders repeat it, some before
   * every key frame), or VP9, whose first key frame has to tell the size. Throws WireError: what was known before stays.
   */
  takeConfig(id: number, codec: Codec, config: Uint8Array): Track | null {
    const known = this.#tracks.get(id)?.get(codec)
    if (known !== undefined && equalBytes(known.config, config)) {
      this.#configured.set(id, codec)
      return null
    }
    // Copied, as the track outlives the message it came in; not by slice(), which makes a view of a Buffer.
    const track = readTrack(this.#kind, id, codec, new Uint8Array(config))
    this.#put(track)
    this.#configured.set(id, codec)
    return codec === 'vp9' ? null : track
  }

  /** The track that a frame belongs to, or null: nothing was announced that it could be a part of. */
  trackOf(id: number, codec: Codec, bytes: Uint8Array): Track | null {
    if (isSelfDescribed(codec)) return this.#describe(id, codec, bytes)
    const known = this.#tracks.get(id)?.get(codec)
    if (known === undefined || !this.#follows(id, codec)) return null
    this.#candidates.delete(id)
    if (known.codec !== 'vp9') return known
    const sized = withVp9Size(known, bytes)
    if (sized !== known) this.#put(sized)
    return sized.width === 0 ? null : sized
  }

  /** Keeps the known track as long as the frames say the same. Throws WireError for a frame that says what nothing else does. */
  #describe(id: number, codec: SelfDescribedCodec, bytes: Uint8Array): AudioTrack | null {
    const found = readFrameTrack(id, codec, bytes)
    if (found === null) return null
    const inForce = this.#codecs.get(id)
    const known = this.#tracks.get(id)?.get(codec)
    const isKnown = known?.kind === 'audio' && isSameAudio(known, found)
    if (isKnown && inForce === codec) {
      this.#candidates.delete(id)
      return known
    }
    if (inForce !== undefined && !this.#isConfirmed(id, found))
      throw new WireError('FLV_AUDIO', 0, `a ${codec} frame unlike those before it`)
    this.#candidates.delete(id)
    this.#codecs.set(id, codec)
    this.#put(isKnown ? known : found)
    return isKnown ? known : found
  }

  /** A frame of another codec than the last one is no stray when its configuration came in between. */
  #follows(id: number, codec: Codec): boolean {
    const inForce = this.#codecs.get(id)
    if (inForce !== undefined && inForce !== codec && this.#configured.get(id) !== codec) return false
    if (inForce !== codec) this.#configured.delete(id)
    this.#codecs.set(id, codec)
    return true
  }

  #isConfirmed(id: number, found: AudioTrack): boolean {
    const before = this.#candidates.get(id)
    const isSame = before !== undefined && before.track.codec === found.codec && isSameAudio(before.track, found)
    const candidate = isSame ? before : { track: found, frames: 0 }
    candidate.frames++
    this.#candidates.set(id, candidate)
    return candidate.frames >= agreeingFrames
  }

  #put(track: Track): void {
    const known = this.#tracks.get(track.id) ?? new Map<Codec, Track>()
    known.set(track.codec, track)
    this.#tracks.set(track.id, known)
  }
}

const isSelfDescribed = (codec: Codec): codec is SelfDescribedCodec => codec === 'mp3' || codec === 'ac3' || codec === 'eac3'
const isSameAudio = (a: AudioTrack, b: AudioTrack): boolean => a.sampleRate === b.sampleRate && a.channels === b.channels
