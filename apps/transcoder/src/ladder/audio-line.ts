import { type AudioTrack, ticksPerSecond } from '@sluice/codecs/frame'
import type { RungAudio } from '@sluice/contract/link'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { AudioEncoder, soundRate } from './audio-encoder.ts'
import { SampleQueue } from './sample-queue.ts'
import { SoundGraph } from './sound-graph.ts'

export type EncodedSound = { readonly track: AudioTrack; readonly dts: number; readonly readMs: number | null; readonly bytes: Uint8Array }

/** Sound that waits for its frame to be full, and what a jump of time stamps may put in before it is cut. */
const queueSamples = 12 * soundRate
const sampleTicks = ticksPerSecond / soundRate

/** What outputs that share one encoding of sound agree on. */
export const lineKey = ({ codec, bitrateKbps, channels, track, gainDb }: RungAudio): string =>
  `${codec} ${bitrateKbps} ${channels} ${track} ${gainDb}`
/** What is fixed once its encoder is open. */
export const encoderKey = ({ codec, bitrateKbps, channels }: RungAudio): string => `${codec} ${bitrateKbps} ${channels}`

/** One encoding of sound: decoded frames of a source go in, coded frames without a gap come out. */
export class AudioLine {
  readonly #av: Av
  readonly #zeroDts: number
  readonly #encoder: AudioEncoder
  readonly #emit: (sound: EncodedSound) => void
  #wish: RungAudio
  #graph: SoundGraph
  #queue: SampleQueue | null = null
  #firstPosition = 0
  #readMs: number | null = null
  #busyMs = 0

  constructor(av: Av, zeroDts: number, wish: RungAudio, emit: (sound: EncodedSound) => void) {
    this.#av = av
    this.#zeroDts = zeroDts
    this.#wish = wish
    this.#emit = emit
    this.#encoder = new AudioEncoder(av, wish)
    this.#graph = new SoundGraph(av, wish)
  }

  get wish(): RungAudio {
    return this.#wish
  }

  takeBusyMs(): number {
    const ms = this.#busyMs
    this.#busyMs = 0
    return ms
  }

  /** Another track or gain, from the next frame of the source on. */
  setWish(wish: RungAudio): void {
    if (lineKey(wish) === lineKey(this.#wish)) return
    this.#wish = wish
    this.resetSource()
  }

  /** Sound before `dts` was encoded by somebody else, or is not there; frames stand on multiples of their length from zero on. */
  startFrom(dts: number): void {
    const { frameSamples } = this.#encoder
    const position = Math.ceil((dts - this.#zeroDts) / sampleTicks / frameSamples) * frameSamples
    if (this.#queue === null) {
      this.#queue = new SampleQueue(this.#wish.channels, position, queueSamples)
      this.#firstPosition = position
    } else this.#queue.jumpTo(position)
  }

  /** The frames that follow are another source's. */
  resetSource(): void {
    this.#graph.close()
    this.#graph = new SoundGraph(this.#av, this.#wish)
  }

  /** Decoded sound at `pts`. Nothing before the first `startFrom`. */
  feed(frame: Frame, pts: number, readMs: number | null): void {
    const queue = this.#queue
    if (queue === null) return
    const startMs = performance.now()
    this.#readMs = readMs
    frame.pts = BigInt(pts - this.#zeroDts)
    this.#graph.push(frame, (position, planes) => queue.put(position, planes))
    this.#encodeAll(queue)
    this.#busyMs += performance.now() - startMs
  }

  /** No sound came: silence up to `dts`. */
  silenceUntil(dts: number): void {
    const position = Math.floor((dts - this.#zeroDts) / sampleTicks)
    if (this.#queue === null || position <= this.#queue.end) return
    this.#readMs = null
    while (this.#queue.end < position) {
      const end = this.#queue.end
      this.#queue.fillTo(position)
      this.#encodeAll(this.#queue)
      if (this.#queue.end === end) return
    }
  }

  close(): void {
    this.#graph.close()
    this.#encoder.close()
  }

  #encodeAll(queue: SampleQueue): void {
    const { frameSamples, track } = this.#encoder
    const samples: Float32Array[] = []
    for (;;) {
      const position = queue.at
      if (!queue.take(frameSamples, (channel, plane) => (samples[channel] = plane.slice()))) return
      const copy = (channel: number, write: (plane: Float32Array) => void): void => write(samples[channel]!)
      this.#encoder.encode(position, copy, (at, bytes) => {
        // What the encoder puts before the first sample.
        if (at < this.#firstPosition) return
        this.#emit({ track, dts: this.#zeroDts + Math.round(at * sampleTicks), readMs: this.#readMs, bytes })
      })
    }
  }
}
