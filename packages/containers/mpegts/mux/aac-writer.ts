import { WireError } from '@sluice/base/errors'
import { type AacConfig, readAacConfig, writeAdtsHeader, writeProgramElement } from '@sluice/codecs/aac'
import { type AudioTrack, type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { StreamId } from '../pes/pes-header.ts'
import { StreamType } from '../psi/stream-type.ts'
import type { TrackWriter } from './track-writer.ts'

const nothing = new Uint8Array(0)
/** In the first three bits of a raw data block. Spec: ISO/IEC 14496-3 table 4.85 */
const programElementId = 5

/**
 * Raw AAC frames with an ADTS header before each. Where a program config element tells the channels it goes into every frame, so that
 * whoever joins knows them. Spec: ISO/IEC 14496-3 §1.A.2, §4.5.1.2
 */
export class AacWriter implements TrackWriter {
  readonly track: AudioTrack
  readonly streamType = StreamType.adts
  readonly streamId: number
  // bound: empty, and stays so
  readonly descriptors = []
  readonly frameTicks: number
  readonly #config: AacConfig
  readonly #element: Uint8Array | null

  /** Throws WireError for a configuration that ADTS can't say: other than Main, LC, SSR, LTP, an odd rate, more than 7.1. */
  constructor(track: AudioTrack) {
    const config = readAacConfig(track.config)
    const isUntold = config.channelConfig === 0 && config.program === null
    if (isUntold || writeAdtsHeader(config, 0) === null) {
      const found = `object type ${config.objectType}, ${config.coreSampleRate} Hz, channel configuration ${config.channelConfig}`
      throw new WireError('TS_ADTS_CONFIG', 0, `ADTS can't carry AAC of ${found}`)
    }
    this.track = track
    this.streamId = StreamId.audio + (track.id & 0x1f)
    this.frameTicks = (config.frameSamples * ticksPerSecond) / config.sampleRate
    this.#config = config
    this.#element = config.program === null ? null : writeProgramElement(config.program)
  }

  pieces(frame: Frame): Uint8Array[] | null {
    if (frame.bytes.length === 0) return null
    // A block that brings the element itself needs none of ours.
    const element = this.#element !== null && frame.bytes[0]! >>> 5 !== programElementId ? this.#element : nothing
    const header = writeAdtsHeader(this.#config, element.length + frame.bytes.length)
    return header === null ? null : element.length === 0 ? [header, frame.bytes] : [header, element, frame.bytes]
  }
}
