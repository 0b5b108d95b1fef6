import type { AudioTrack } from '@sluice/codecs/frame'
import { type MpegAudioHeader, readMpegAudioHeader } from '@sluice/codecs/mp3'
import { readTrack } from '@sluice/codecs/track'
import type { AudioSyntax, AudioUnit } from './audio-syntax.ts'

const headerBytes = 4

/**
 * MPEG audio, whose layer stands in its frames alone: layer III is carried as MP3, headers and all; layers I and II are
 * told and passed over. Spec: ISO/IEC 11172-3 §2.4.1, ISO/IEC 13818-3 §2.4.1
 */
export class MpegAudioSyntax implements AudioSyntax {
  readonly maxFrameBytes = 2881 // layer II at 160 kbit/s and 8 kHz; layer III is shorter
  readonly #takeId: () => number
  readonly #onUnsupported: (name: string) => void
  #track: AudioTrack | null = null
  #isRefused = false

  constructor(takeId: () => number, onUnsupported: (name: string) => void) {
    this.#takeId = takeId
    this.#onUnsupported = onUnsupported
  }

  frameBytes(b: Uint8Array, at: number): number {
    if (b[at] !== 0xff) return -1
    if (at + headerBytes > b.length) return 0
    return readMpegAudioHeader(b, at)?.frameBytes ?? -1
  }

  readFrame(b: Uint8Array): AudioUnit | null {
    const header = readMpegAudioHeader(b, 0)
    if (header === null) return null
    if (header.layer !== 3) {
      if (!this.#isRefused) this.#onUnsupported(`MP${header.layer} audio`)
      this.#isRefused = true
      return null
    }
    return { track: this.#trackOf(header, b), payloads: [b], samples: header.frameSamples, samplesPerSecond: header.sampleRate }
  }

  #trackOf(header: MpegAudioHeader, b: Uint8Array): AudioTrack {
    const old = this.#track
    if (old !== null && old.sampleRate === header.sampleRate && old.channels === header.channels) return old
    this.#track = readTrack('audio', old?.id ?? this.#takeId(), 'mp3', b.slice(0, headerBytes))
    return this.#track
  }
}
