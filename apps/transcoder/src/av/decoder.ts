import type { Codec } from '@sluice/base/words'
import { type Frame as CodedFrame, type Track, ticksPerSecond } from '@sluice/codecs/frame'
import type { FFDecoderCodec } from 'node-av/constants'
import type { CodecContext, Frame, Packet } from 'node-av/lib'
import type { Av } from './av.ts'

const names: Readonly<Record<Codec, string>> = {
  h264: 'h264',
  h265: 'hevc',
  av1: 'libdav1d',
  vp9: 'vp9',
  aac: 'aac',
  opus: 'libopus',
  mp3: 'mp3float',
  ac3: 'ac3',
  eac3: 'eac3',
  flac: 'flac',
}
/** Configuration that the decoder wants beforehand; the others find all in their frames. FLAC: STREAMINFO alone, without its head. */
const extradata: Partial<Record<Codec, (config: Uint8Array) => Uint8Array>> = {
  h264: (config) => config,
  h265: (config) => config,
  av1: (config) => config,
  aac: (config) => config,
  opus: (config) => config,
  flac: (config) => config.subarray(4, 38),
}

/** One decoder, fed synchronously: a hop to a thread a frame would cost more than the work. Throws Error with FFmpeg's reason. */
export class Decoder {
  readonly #av: Av
  readonly #context: CodecContext
  readonly #packet: Packet
  readonly #frame: Frame

  constructor(av: Av, track: Track, maxPixels: number) {
    this.#av = av
    const codec = av.Codec.findDecoderByName(names[track.codec] as FFDecoderCodec)
    if (codec === null) throw new Error(`this node-av has no decoder for ${track.codec}`)
    this.#context = new av.CodecContext()
    this.#context.allocContext3(codec)
    // More threads would hold pictures back and cost a stack each.
    this.#context.threadCount = 1
    this.#context.pktTimebase = new av.Rational(1, ticksPerSecond)
    const config = extradata[track.codec]?.(track.config)
    if (config !== undefined && config.length > 0) this.#context.extraData = Buffer.from(config)
    if (track.kind === 'video') {
      // Of what a stream claims in its parameter sets memory is taken before a pixel is read.
      this.#context.setOption('max_pixels', String(maxPixels))
      // Pictures that begin at a recovery point and not at an IDR, and those with holes, are better than none.
      this.#context.setFlags(av.K.AV_CODEC_FLAG_OUTPUT_CORRUPT)
      this.#context.setFlags2(av.K.AV_CODEC_FLAG2_SHOW_ALL)
    }
    this.#check('open', this.#context.open2Sync(codec, null))
    this.#packet = new av.Packet()
    this.#packet.alloc()
    this.#frame = new av.Frame()
    this.#frame.alloc()
  }

  /**
   * Decodes one frame and hands out what it gives, which is valid during the call alone; its `pts` is that of the coded frame it came from.
   * `isAlone`: nothing before or after belongs to it.
   */
  decode({ bytes, dts, pts }: Pick<CodedFrame, 'bytes' | 'dts' | 'pts'>, isAlone: boolean, onFrame: (frame: Frame) => void): void {
    try {
      // Copied in there, with the bytes of padding behind it that libav may read.
      this.#packet.data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      this.#packet.dts = BigInt(dts)
      this.#packet.pts = BigInt(pts)
      this.#check('decode', this.#context.sendPacketSync(this.#packet))
      // The end of the stream, said after each key frame: else it is held back until the next one for its order.
      if (isAlone) this.#context.sendPacketSync(null)
      this.#receive(onFrame)
    } finally {
      this.#packet.unref()
      if (isAlone) this.#context.flushBuffers()
    }
  }

  /** Hands out what is held back for its order, and goes on with a key frame that has nothing to do with what came before. */
  restart(onFrame: (frame: Frame) => void): void {
    this.drain(onFrame)
    this.#context.flushBuffers()
  }

  /** Hands out what is held back for its order. Nothing can be decoded after that. */
  drain(onFrame: (frame: Frame) => void): void {
    this.#context.sendPacketSync(null)
    this.#receive(onFrame)
  }

  close(): void {
    this.#frame.free()
    this.#packet.free()
    this.#context.freeContext()
  }

  #receive(onFrame: (frame: Frame) => void): void {
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      onFrame(this.#frame)
      this.#frame.unref()
    }
  }

  #check(what: string, code: number): void {
    if (code < 0) throw new Error(`${what}: ${new this.#av.FFmpegError(code).message}`)
  }
}
