import { WireError } from '@sluice/base/errors'
import { type AacConfig, readAacConfig, writeAdtsHeader } from '@sluice/codecs/aac'
import { type AudioTrack, type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { StreamId } from '../pes/pes-header.ts'
import { StreamType } from '../psi/stream-type.ts'
import type { TrackWriter } from './track-writer.ts'

/** Raw AAC frames with an ADTS header before each. Spec: ISO/IEC 14496-3 §1.A.2 */
export class AacWriter implements TrackWriter {
  readonly track: AudioTrack
  readonly streamType = StreamType.adts
  readonly streamId: number
  // bound: empty, and stays so
  readonly descriptors = []
  readonly frameTicks: number
  readonly #config: AacConfig

  /** Throws WireError for a configuration that ADTS can't say: other than Main, LC, SSR, LTP, an odd rate, more than 7.1. */
  constructor(track: AudioTrack) {
    const config = readAacConfig(track.config)
    if (config.channelConfig === 0 || writeAdtsHeader(config, 0) === null) {
      const found = `object type ${config.objectType}, ${config.coreSampleRate} Hz, channel configuration ${config.channelConfig}`
      throw new WireError('TS_ADTS_CONFIG', 0, `ADTS can't carry AAC of ${found}`)
    }
    this.track = track
    this.streamId = StreamId.audio + (track.id & 0x1f)
    this.frameTicks = (config.frameSamples * ticksPerSecond) / config.sampleRate
    this.#config = config
  }

  pieces(frame: Frame): Uint8Array[] | null {
    const header = frame.bytes.length === 0 ? null : writeAdtsHeader(this.#config, frame.bytes.length)
    return header === null ? null : [header, frame.bytes]
  }
}
