import { type AdtsHeader, aacSampleRates, readAdtsHeader, writeAacConfig } from '@sluice/codecs/aac'
import type { AudioTrack } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'
import type { AudioSyntax, AudioUnit } from './audio-syntax.ts'

const samplesPerBlock = 1024
const headerBytes = 7

/** AAC with a header before each frame, as TS carries it under stream type 0x0f. Spec: ISO/IEC 14496-3 §1.A.2 */
export class AdtsSyntax implements AudioSyntax {
  readonly maxFrameBytes = 0x1fff
  refusal: string | null = null
  readonly #id: number
  #track: AudioTrack | null = null
  /** The header fields that `#track` was made of. */
  #configKey = -1

  constructor(id: number) {
    this.#id = id
  }

  /** Judges as readAdtsHeader does, without an error for each byte of garbage. */
  frameBytes(b: Uint8Array, at: number): number {
    if (b[at] !== 0xff || (at + 1 < b.length && (b[at + 1]! & 0xf6) !== 0xf0)) return -1
    if (at + headerBytes > b.length) return 0
    const hasChecksum = (b[at + 1]! & 1) === 0
    const frameBytes = ((b[at + 3]! & 3) << 11) | (b[at + 4]! << 3) | (b[at + 5]! >>> 5)
    const isRate = ((b[at + 2]! >>> 2) & 15) < aacSampleRates.length
    return isRate && frameBytes >= headerBytes + (hasChecksum ? 2 : 0) ? frameBytes : -1
  }

  /**
   * Null: several raw data blocks in one frame, which can't be told apart without decoding them, or channels that only the frame
   * itself describes.
   */
  readFrame(b: Uint8Array): AudioUnit | null {
    const header = readAdtsHeader(b, 0)
    this.refusal = header === null ? null : refusalOf(header)
    if (header === null || this.refusal !== null) return null
    const payloads = [b.subarray(header.headerBytes)]
    return { track: this.#trackOf(header), payloads, samples: samplesPerBlock, samplesPerSecond: header.sampleRate }
  }

  #trackOf(header: AdtsHeader): AudioTrack {
    const configKey = (header.sampleRate * 8 + header.channelConfig) * 8 + header.objectType
    if (this.#track === null || configKey !== this.#configKey) {
      this.#track = readTrack('audio', this.#id, 'aac', writeAacConfig(header))
      this.#configKey = configKey
    }
    return this.#track
  }
}

function refusalOf(header: AdtsHeader): string | null {
  if (header.channelConfig === 0) return 'AAC channel layout of its own (program config element)'
  return header.blocks === 1 ? null : 'AAC with several blocks a frame'
}
