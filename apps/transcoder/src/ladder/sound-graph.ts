import type { RungAudio } from '@sluice/contract/link'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { FrameGraph } from '../av/filter-graph.ts'
import { soundRate } from './audio-encoder.ts'

/** Full scale may not be reached: encoders overshoot. */
const limiter = 'alimiter=limit=0.89:level=false:latency=true'

/** Where FFmpeg's own mixing is off by 3 dB: less of one channel, more of two than full scale holds. */
const mixes: Readonly<Record<string, string>> = { '1 to 2': ',pan=stereo|c0=c0|c1=c0', '2 to 1': ',pan=mono|c0=0.5*c0+0.5*c1' }

/**
 * Filters from decoded sound to a rung's: 48 kHz that follows the source's time stamps (drift by stretching, gaps as silence, steps back by cutting),
 * in the wanted channels, with its gain.
 */
function soundFilters(channelsIn: number, { channels, gainDb }: Pick<RungAudio, 'channels' | 'gainDb'>): string {
  const follow = `aresample=${soundRate}:async=1000`
  const mix = mixes[`${channelsIn} to ${channels}`] ?? ''
  // Six channels may add up to more than full scale, too.
  const isLimited = gainDb > 0 || channelsIn > 2
  const gain = `${gainDb === 0 ? '' : `,volume=${gainDb}dB`}${isLimited ? `,${limiter}` : ''}`
  return `${follow}${mix},aformat=sample_fmts=fltp:channel_layouts=${channels === 1 ? 'mono' : 'stereo'}${gain},aformat=sample_fmts=fltp`
}

/** Decoded sound of one form, on its way to a rung. Positions are samples at 48 kHz from `zeroDts` on. */
export class SoundGraph {
  readonly #av: Av
  readonly #wish: Pick<RungAudio, 'channels' | 'gainDb'>
  #open: { readonly entry: string; readonly graph: FrameGraph } | null = null

  constructor(av: Av, wish: Pick<RungAudio, 'channels' | 'gainDb'>) {
    this.#av = av
    this.#wish = wish
  }

  /** `frame.pts` counts 1/90000 s from zero on. Throws Error with FFmpeg's reason. */
  push(frame: Frame, onSound: (position: number, planes: Float32Array[]) => void): void {
    const entry = entryOf(frame)
    if (this.#open?.entry !== entry) {
      this.close()
      this.#open = { entry, graph: new FrameGraph(this.#av, 'audio', entry, soundFilters(frame.channels, this.#wish)) }
    }
    frame.timeBase = new this.#av.Rational(1, 90_000)
    this.#open.graph.push(frame, (made, ptsUnit) => {
      const planes = (made.data ?? []).map((plane) => new Float32Array(plane.buffer, plane.byteOffset, made.nbSamples))
      onSound(Math.round(Number(made.pts) * ptsUnit * soundRate), planes)
    })
  }

  close(): void {
    this.#open?.graph.close()
    this.#open = null
  }
}

/** The layout comes from the frame: "5.1" by name is another one than what decoders give. */
function entryOf({ sampleRate, format, channels, channelLayout }: Frame): string {
  const layout = channelLayout.mask > 0n ? `channel_layout=0x${channelLayout.mask.toString(16)}` : `channels=${channels}`
  return `time_base=1/90000:sample_rate=${sampleRate}:sample_fmt=${format}:${layout}`
}
