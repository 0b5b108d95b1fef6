import { equalBytes } from '@sluice/base/bytes'
import { type Ac3Frame, readAc3Frame, writeAc3Config } from '@sluice/codecs/ac3'
import type { AudioTrack } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'
import type { AudioSyntax, AudioUnit } from './audio-syntax.ts'

const headerBytes = 8
const syncBytes = [0x0b, 0x77] as const

/**
 * AC-3 and E-AC-3: whole sync frames, which is what MP4 and FLV carry too. The dependent substreams of E-AC-3 (7.1) stay
 * with the frame that they belong to. Spec: ETSI TS 102 366 §4.3, §E.1.2, Annex A
 */
export class Ac3Syntax implements AudioSyntax {
  readonly maxFrameBytes = 4 * 4096 // an independent E-AC-3 frame with three dependent ones
  readonly #id: number
  #track: AudioTrack | null = null

  constructor(id: number) {
    this.#id = id
  }

  frameBytes(b: Uint8Array, at: number): number {
    if (b[at] !== syncBytes[0] || (at + 1 < b.length && b[at + 1] !== syncBytes[1])) return -1
    if (at + headerBytes > b.length) return 0
    const first = readAc3Frame(b, at)
    if (first === null) return -1
    let frameBytes = first.frameBytes
    let next = readAc3Frame(b, at + frameBytes)
    while (next?.isDependent) {
      frameBytes += next.frameBytes
      next = readAc3Frame(b, at + frameBytes)
    }
    return frameBytes
  }

  /** Null: a dependent substream whose independent frame is missing. */
  readFrame(b: Uint8Array): AudioUnit | null {
    const frame = readAc3Frame(b, 0)
    if (frame === null || frame.isDependent) return null
    return { track: this.#trackOf(frame), payloads: [b], samples: frame.frameSamples, samplesPerSecond: frame.sampleRate }
  }

  #trackOf(frame: Ac3Frame): AudioTrack {
    const config = writeAc3Config(frame)
    const old = this.#track
    // The two bytes of E-AC-3's data rate change with each frame length; what a decoder must know does not.
    const from = frame.codec === 'eac3' ? 2 : 0
    if (old?.codec === frame.codec && equalBytes(old.config.subarray(from), config.subarray(from))) return old
    this.#track = readTrack('audio', this.#id, frame.codec, config)
    return this.#track
  }
}
