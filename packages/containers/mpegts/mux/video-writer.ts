import { WireError } from '@sluice/base/errors'
import type { VideoSyntax } from '@sluice/codecs/access-unit'
import type { Frame, VideoTrack } from '@sluice/codecs/frame'
import { readNalUnits } from '@sluice/codecs/nal'
import { StreamId } from '../pes/pes-header.ts'
import type { Descriptor } from '../psi/descriptor.ts'
import type { TrackWriter } from './track-writer.ts'

const startCode = Uint8Array.of(0, 0, 0, 1)

/**
 * Length-prefixed access units into byte-stream form: a delimiter first in each, the track's parameter sets in each key frame
 * and in the first frame of the track, unless the frame brings its own. Spec: ISO/IEC 13818-1 §2.14, §2.17
 */
export class VideoWriter implements TrackWriter {
  readonly track: VideoTrack
  readonly streamType: number
  readonly streamId: number
  readonly descriptors: readonly Descriptor[]
  readonly frameTicks = 0
  readonly #syntax: VideoSyntax
  readonly #lengthBytes: 1 | 2 | 4
  readonly #sets: readonly Uint8Array[]
  #isFirst = true

  /** Throws WireError when the track's configuration can't be read. */
  constructor(track: VideoTrack, syntax: VideoSyntax, streamType: number, descriptors: readonly Descriptor[]) {
    const sets = syntax.readSets(track.config)
    this.track = track
    this.streamType = streamType
    this.streamId = StreamId.video + (track.id & 0x0f)
    this.descriptors = descriptors
    this.#syntax = syntax
    this.#lengthBytes = sets.lengthBytes
    this.#sets = [...sets.vps, ...sets.sps, ...sets.pps]
  }

  pieces(frame: Frame): Uint8Array[] | null {
    const units = this.#read(frame.bytes)
    if (units === null || units.length === 0) return null
    const out = [startCode, this.#syntax.delimiter]
    const needsSets = frame.isKey || this.#isFirst
    if (needsSets && !units.some((unit) => this.#syntax.parameterSet(unit) === 'sps')) {
      for (const set of this.#sets) out.push(startCode, set)
    }
    this.#isFirst = false
    for (const unit of units) if (!this.#syntax.isDelimiter(unit)) out.push(startCode, unit)
    return out
  }

  #read(bytes: Uint8Array): Uint8Array[] | null {
    try {
      return readNalUnits(bytes, this.#lengthBytes)
    } catch (err) {
      if (err instanceof WireError) return null
      throw err
    }
  }
}
