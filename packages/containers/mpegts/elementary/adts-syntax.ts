import { equalBytes } from '@sluice/base/bytes'
import { type AdtsHeader, aacSampleRates, readAdtsHeader, readProgramElement, writeAacConfig } from '@sluice/codecs/aac'
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
  /** The program config element that it was made of, if one tells its channels. */
  // bound: one element, part of an ADTS frame of 8191 bytes
  #element: Uint8Array = new Uint8Array(0)

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
   * Channels that a program config element tells are taken from the first block that has one; the element does not stay in the frames.
   * Null: several raw data blocks in one frame, which can't be told apart without decoding them, or channels that nothing has told yet.
   */
  readFrame(b: Uint8Array): AudioUnit | null {
    const header = readAdtsHeader(b, 0)
    this.refusal = header !== null && header.blocks !== 1 ? 'AAC with several blocks a frame' : null
    if (header === null || this.refusal !== null) return null
    const block = b.subarray(header.headerBytes)
    const element = header.channelConfig === 0 ? readProgramElement(block) : null
    const track = header.channelConfig === 0 ? this.#programTrack(header, block, element) : this.#plainTrack(header)
    if (track === null) {
      this.refusal = 'AAC that does not tell its channels (no program config element)'
      return null
    }
    const payloads = [block.subarray(element?.elementBytes ?? 0)]
    return { track, payloads, samples: samplesPerBlock, samplesPerSecond: header.sampleRate }
  }

  #plainTrack(header: AdtsHeader): AudioTrack {
    const configKey = (header.sampleRate * 8 + header.channelConfig) * 8 + header.objectType
    if (this.#track === null || configKey !== this.#configKey) {
      this.#track = readTrack('audio', this.#id, 'aac', writeAacConfig(header))
      this.#configKey = configKey
    }
    return this.#track
  }

  #programTrack(header: AdtsHeader, block: Uint8Array, element: ReturnType<typeof readProgramElement>): AudioTrack | null {
    const configKey = header.sampleRate * 64 + header.objectType
    const isKnown = this.#track !== null && configKey === this.#configKey
    if (element === null) return isKnown ? this.#track : null
    const bytes = block.subarray(0, element.elementBytes)
    if (!isKnown || !equalBytes(bytes, this.#element)) {
      this.#track = readTrack('audio', this.#id, 'aac', writeAacConfig({ ...header, program: element.program }))
      this.#configKey = configKey
      this.#element = bytes.slice()
    }
    return this.#track
  }
}
