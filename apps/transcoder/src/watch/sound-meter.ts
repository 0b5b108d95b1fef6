import type { Track } from '@sluice/codecs/frame'
import type { LinkFrame } from '@sluice/containers/frame-link'
import { type WatchedSound, watchLimits } from '@sluice/contract/watch'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { Decoder } from '../av/decoder.ts'
import { SoundLevel } from './sound-level.ts'

/** An answer covers so much of the sound. */
const answerS = 0.5

/** Turns frames of one track into levels. */
export class SoundMeter {
  readonly #av: Av
  readonly #decoder: Decoder
  readonly #level = new SoundLevel()
  #seconds = 0

  constructor(av: Av, track: Track) {
    this.#av = av
    this.#decoder = new Decoder(av, track, watchLimits.pixels)
  }

  /** A level each half second of sound, stamped with the frame that filled it; else null. Throws Error for what does not decode. */
  measure(frame: LinkFrame, atMs: number): WatchedSound | null {
    this.#decoder.decode(frame, false, (decoded) => this.#add(decoded))
    if (this.#seconds < answerS) return null
    this.#seconds = 0
    return { type: 'sound', slot: frame.slot, atMs, ...this.#level.readAndReset() }
  }

  close(): void {
    this.#decoder.close()
  }

  #add(frame: Frame): void {
    const { nbSamples, sampleRate } = frame
    if (nbSamples <= 0 || sampleRate <= 0) return
    const { K } = this.#av
    const isPlanar = this.#av.avSampleFmtIsPlanar(frame.format as never)
    const planes = (isPlanar ? frame.extendedData : frame.data) ?? []
    const perPlane = isPlanar ? nbSamples : nbSamples * frame.channels
    for (const plane of planes.slice(0, isPlanar ? frame.channels : 1)) {
      if (frame.format === K.AV_SAMPLE_FMT_FLTP || frame.format === K.AV_SAMPLE_FMT_FLT) {
        this.#level.addFloats(new Float32Array(plane.buffer, plane.byteOffset, perPlane))
      } else if (frame.format === K.AV_SAMPLE_FMT_S16P || frame.format === K.AV_SAMPLE_FMT_S16) {
        this.#level.addIntegers(new Int16Array(plane.buffer, plane.byteOffset, perPlane), 2 ** 15)
      } else if (frame.format === K.AV_SAMPLE_FMT_S32P || frame.format === K.AV_SAMPLE_FMT_S32) {
        this.#level.addIntegers(new Int32Array(plane.buffer, plane.byteOffset, perPlane), 2 ** 31)
      }
    }
    this.#seconds += nbSamples / sampleRate
  }
}
