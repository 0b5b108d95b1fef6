import type { AudioTrack } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'
import type { RungAudio } from '@sluice/contract/link'
import type { FFEncoderCodec } from 'node-av/constants'
import type { CodecContext, Frame, Packet } from 'node-av/lib'
import type { Av } from '../av/av.ts'

export const soundRate = 48_000

/** Samples of a frame of each codec, and whether its encoder wants channels apart. */
const forms = {
  aac: { encoder: 'aac', frameSamples: 1024, isPlanar: true },
  opus: { encoder: 'libopus', frameSamples: 960, isPlanar: false },
} as const

/** One encoder of sound at 48 kHz. Positions are samples; a frame's own has the encoder's priming taken off, so that sound stays with the picture. */
export class AudioEncoder {
  readonly track: AudioTrack
  readonly frameSamples: number
  readonly #av: Av
  readonly #context: CodecContext
  readonly #frame: Frame
  readonly #packet: Packet
  readonly #isPlanar: boolean
  readonly #channels: number

  constructor(av: Av, { codec, bitrateKbps, channels }: Pick<RungAudio, 'codec' | 'bitrateKbps' | 'channels'>) {
    const { K } = av
    const form = forms[codec]
    this.#av = av
    this.frameSamples = form.frameSamples
    this.#isPlanar = form.isPlanar
    this.#channels = channels
    const found = av.Codec.findEncoderByName(form.encoder as FFEncoderCodec)
    if (found === null) throw new Error(`this node-av has no encoder ${form.encoder}`)
    const context = new av.CodecContext()
    context.allocContext3(found)
    context.sampleRate = soundRate
    context.sampleFormat = form.isPlanar ? K.AV_SAMPLE_FMT_FLTP : K.AV_SAMPLE_FMT_FLT
    context.channelLayout = channels === 1 ? K.AV_CHANNEL_LAYOUT_MONO : K.AV_CHANNEL_LAYOUT_STEREO
    context.timeBase = new av.Rational(1, soundRate)
    context.bitRate = BigInt(bitrateKbps * 1000)
    context.setFlags(K.AV_CODEC_FLAG_GLOBAL_HEADER)
    const code = context.open2Sync(found, null)
    if (code < 0 || context.extraData === null) {
      context.freeContext()
      throw new Error(`${form.encoder} ${bitrateKbps} kbps: ${new av.FFmpegError(code).message}`)
    }
    this.#context = context
    this.track = readTrack('audio', 0, codec, Uint8Array.from(context.extraData))
    this.#frame = new av.Frame()
    this.#frame.alloc()
    this.#packet = new av.Packet()
    this.#packet.alloc()
  }

  /** Encodes one frame of sound that begins at `position`. `copy` writes the samples of a channel into what it is given. */
  encode(
    position: number,
    copy: (channel: number, write: (samples: Float32Array) => void) => void,
    onFrame: (position: number, bytes: Uint8Array) => void,
  ): void {
    const frame = this.#frame
    frame.unref()
    frame.format = this.#context.sampleFormat
    frame.nbSamples = this.frameSamples
    frame.sampleRate = soundRate
    frame.channelLayout = this.#context.channelLayout
    this.#check(frame.getBuffer(0))
    const planes = frame.data!
    for (let channel = 0; channel < this.#channels; channel++) {
      const plane = planes[this.#isPlanar ? channel : 0]!
      const [step, first] = this.#isPlanar ? [1, 0] : [this.#channels, channel]
      const target = new Float32Array(plane.buffer, plane.byteOffset, this.frameSamples * step)
      copy(channel, (samples) => {
        if (step === 1) target.set(samples)
        else for (let i = 0; i < samples.length; i++) target[i * step + first] = samples[i]!
      })
    }
    frame.pts = BigInt(position)
    frame.timeBase = new this.#av.Rational(1, soundRate)
    this.#check(this.#context.sendFrameSync(frame))
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      const { data, pts } = this.#packet
      if (data !== null) onFrame(Number(pts), Uint8Array.from(data))
      this.#packet.unref()
    }
  }

  close(): void {
    this.#frame.free()
    this.#packet.free()
    this.#context.freeContext()
  }

  #check(code: number): void {
    if (code < 0) throw new Error(`encode audio: ${new this.#av.FFmpegError(code).message}`)
  }
}
