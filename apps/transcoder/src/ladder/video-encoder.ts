import { messageOf } from '@sluice/base/errors'
import type { VideoTrack } from '@sluice/codecs/frame'
import type { Codec, CodecContext, Frame, Packet, Rational } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { trackOfHeader, trackOfKey, unitBytes } from './encoded-unit.ts'
import { EncoderInput } from './encoder-input.ts'
import { bufferSecondsOf, type EncoderWish, encoderOptions, threadsFor } from './encoder-options.ts'

export type EncodedPicture = { readonly slot: number; readonly isKey: boolean; readonly bytes: Uint8Array }

/**
 * One encoder that holds nothing back: a picture in, its frame out. Times are slots, so that nothing is rounded. At most one call at a time.
 * Throws Error with FFmpeg's reason.
 */
export class VideoEncoder {
  #wish: EncoderWish
  readonly #av: Av
  readonly #context: CodecContext
  readonly #input: EncoderInput
  readonly #frame: Frame
  readonly #packet: Packet
  readonly #slotUnit: Rational
  #track: VideoTrack | null

  constructor(av: Av, wish: EncoderWish) {
    this.#av = av
    this.#wish = wish
    const { K } = av
    const { encoder, options } = encoderOptions(wish)
    const codec = av.Codec.findEncoderByName(encoder)
    if (codec === null) throw new Error(`this node-av has no encoder ${encoder}`)
    this.#slotUnit = new av.Rational(wish.fps.den, wish.fps.num)
    const context = new av.CodecContext()
    context.allocContext3(codec)
    context.width = wish.width
    context.height = wish.height
    context.timeBase = this.#slotUnit
    context.framerate = new av.Rational(wish.fps.num, wish.fps.den)
    context.sampleAspectRatio = new av.Rational(1, 1)
    context.colorRange = K.AVCOL_RANGE_MPEG
    const isSdr = wish.hdr === undefined
    context.colorPrimaries = isSdr ? K.AVCOL_PRI_BT709 : K.AVCOL_PRI_BT2020
    context.colorTrc = isSdr ? K.AVCOL_TRC_BT709 : wish.hdr === 'pq' ? K.AVCOL_TRC_SMPTE2084 : K.AVCOL_TRC_ARIB_STD_B67
    context.colorSpace = isSdr ? K.AVCOL_SPC_BT709 : K.AVCOL_SPC_BT2020_NCL
    context.chromaLocation = K.AVCHROMA_LOC_LEFT
    context.threadCount = threadsFor(wish)
    context.maxBFrames = 0
    // Key frames come where they are asked for; this is far behind.
    context.gopSize = Math.ceil((wish.gopMs * wish.fps.num) / (1000 * wish.fps.den)) * 10
    context.setFlags(K.AV_CODEC_FLAG_GLOBAL_HEADER)
    this.#context = context
    this.#setRate(wish.bitrateKbps)
    this.#input = this.#open(codec, encoder, options)
    this.#frame = new av.Frame()
    this.#frame.alloc()
    this.#packet = new av.Packet()
    this.#packet.alloc()
    this.#track = trackOfHeader(wish.codec, context.extraData)
  }

  #open(codec: Codec, encoder: string, options: Readonly<Record<string, string>>): EncoderInput {
    const context = this.#context
    let input: EncoderInput | null = null
    try {
      input = new EncoderInput(this.#av, this.#wish, context)
      // Options one by one: with a dictionary, the synchronous open frees it twice and the process aborts.
      for (const [name, value] of Object.entries(options)) this.#check(`option ${name}`, context.setOption(name, value))
      this.#check('open', context.open2Sync(codec, null))
      return input
    } catch (error) {
      input?.close()
      context.freeContext()
      throw new Error(`${encoder} ${this.#wish.width}x${this.#wish.height}: ${messageOf(error)}`)
    }
  }

  get wish(): EncoderWish {
    return this.#wish
  }

  /** Null: it is known with the first key frame. */
  get track(): VideoTrack | null {
    return this.#track
  }

  /** From the next picture on; no key frame, and the same parameters. */
  setBitrate(kbps: number): void {
    this.#wish = { ...this.#wish, bitrateKbps: kbps }
    this.#setRate(kbps)
  }

  /** Makes a picture ready that is encoded next; `picture` stays the caller's and must not change before `encode` is done. `captions`: null takes none. */
  prepare(picture: Frame, slot: number, isKey: boolean, captions: Uint8Array | null): void {
    const { K } = this.#av
    const frame = this.#frame
    frame.unref()
    this.#input.fill(frame, picture)
    frame.removeSideData(K.AV_FRAME_DATA_A53_CC)
    if (captions !== null && captions.length > 0) frame.newSideData(K.AV_FRAME_DATA_A53_CC, captions.length).set(captions)
    frame.pts = BigInt(slot)
    frame.timeBase = this.#slotUnit
    frame.pictType = isKey ? K.AV_PICTURE_TYPE_I : K.AV_PICTURE_TYPE_NONE
  }

  /** Encodes what was prepared, in the thread pool. */
  async encode(): Promise<void> {
    this.#check('encode', await this.#context.sendFrame(this.#frame))
  }

  /** The same here and now: cheaper where nothing else is to be encoded beside it. */
  encodeSync(): void {
    this.#check('encode', this.#context.sendFrameSync(this.#frame))
  }

  /** What came of it. */
  drain(onPicture: (picture: EncodedPicture) => void): void {
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      const { data, isKeyframe, pts } = this.#packet
      if (data !== null) {
        if (this.#track === null && isKeyframe) this.#track = trackOfKey(this.#wish.codec, data)
        onPicture({ slot: Number(pts), isKey: isKeyframe, bytes: unitBytes(this.#wish.codec, data) })
      }
      this.#packet.unref()
    }
    this.#frame.unref()
  }

  close(): void {
    this.#frame.free()
    this.#packet.free()
    this.#context.freeContext()
    this.#input.close()
  }

  #setRate(kbps: number): void {
    const bps = kbps * 1000
    this.#context.bitRate = BigInt(bps)
    this.#context.rcMaxRate = BigInt(bps)
    this.#context.rcBufferSize = Math.round(bps * bufferSecondsOf(this.#wish.codec))
  }

  #check(what: string, code: number): void {
    if (code < 0) throw new Error(`${what}: ${new this.#av.FFmpegError(code).message}`)
  }
}
