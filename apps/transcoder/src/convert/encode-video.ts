import { availableParallelism } from 'node:os'
import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P10LE,
  AVCHROMA_LOC_LEFT,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
} from 'node-av/constants'
import type { Av } from './av.ts'
import { pixelFormat } from './filters.ts'
import type { FrameSource } from './graph.ts'
import type { Rational } from './plan-loop.ts'
import { pictureBytes, videoTrack } from './tracks.ts'

export type VideoForm = {
  readonly codec: 'h264' | 'h265'
  readonly profile: 'baseline' | 'main' | 'high' | 'main10'
  /** Null: the lowest that fits. */
  readonly level: string | null
  readonly width: number
  readonly height: number
  readonly fps: Rational
  readonly pixelAspect: Rational
  readonly maxBps: number
}

const gopSeconds = 2
/** Each thread holds pictures of its own: bounded, so that memory is on large machines, too. */
const maxThreads = 8
/** Still pictures and short clips: quality that nobody tells from the source, within `maxBps`. */
const quality = 21

/** Encodes pictures to frames in a row: no reordering, closed GOPs of 2 s, nothing between them that looks like a key frame. */
export function* encodeVideo(av: Av, source: FrameSource, form: VideoForm): Generator<Frame> {
  const { codec, fps } = form
  const encoder = openEncoder(av, form)
  const track = videoTrack(codec, encoder.extraData!)
  const packet = new av.Packet()
  packet.alloc()
  const gop = gopPictures(fps)
  const toTicks = (n: bigint): number => Math.round((Number(n) * ticksPerSecond * fps.den) / fps.num)
  function* drain(): Generator<Frame> {
    while (encoder.receivePacketSync(packet) >= 0) {
      const dts = toTicks(packet.pts)
      yield { track, dts, pts: dts, isKey: packet.isKeyframe, bytes: pictureBytes(codec, packet.data!) }
      packet.unref()
    }
  }
  try {
    let count = 0
    for (let frame = source.next(); frame !== null; frame = source.next()) {
      frame.pts = BigInt(count)
      frame.timeBase = new av.Rational(fps.den, fps.num)
      frame.pictType = count % gop === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
      count++
      av.FFmpegError.throwIfError(encoder.sendFrameSync(frame), 'encode video')
      yield* drain()
    }
    encoder.sendFrameSync(null)
    yield* drain()
  } finally {
    source.close()
    packet.free()
    encoder.freeContext()
  }
}

const gopPictures = (fps: Rational): number => Math.max(1, Math.round((gopSeconds * fps.num) / fps.den))

function openEncoder(av: Av, form: VideoForm): InstanceType<Av['CodecContext']> {
  const codec = av.Codec.findEncoderByName(form.codec === 'h264' ? FF_ENCODER_LIBX264 : FF_ENCODER_LIBX265)!
  const encoder = new av.CodecContext()
  encoder.allocContext3(codec)
  encoder.width = form.width
  encoder.height = form.height
  encoder.pixelFormat = pixelFormat(form) === 'yuv420p10le' ? AV_PIX_FMT_YUV420P10LE : AV_PIX_FMT_YUV420P
  encoder.timeBase = new av.Rational(form.fps.den, form.fps.num)
  encoder.framerate = new av.Rational(form.fps.num, form.fps.den)
  encoder.sampleAspectRatio = new av.Rational(form.pixelAspect.num, form.pixelAspect.den)
  encoder.chromaLocation = AVCHROMA_LOC_LEFT
  encoder.threadCount = Math.min(maxThreads, availableParallelism())
  encoder.gopSize = gopPictures(form.fps)
  encoder.maxBFrames = 0
  encoder.rcMaxRate = BigInt(form.maxBps)
  encoder.rcBufferSize = form.maxBps
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  // Options one by one: with a dictionary, the synchronous open frees it twice and the process aborts.
  for (const [name, value] of Object.entries(optionsOf(form))) encoder.setOption(name, value)
  av.FFmpegError.throwIfError(encoder.open2Sync(codec, null), 'open the video encoder')
  return encoder
}

function optionsOf({ codec, profile, level, maxBps, fps }: VideoForm): Record<string, string> {
  const gop = gopPictures(fps)
  const common = `keyint=${gop}:min-keyint=${gop}:scenecut=0:open-gop=0`
  if (codec === 'h264') {
    return {
      preset: 'veryfast',
      profile,
      crf: String(quality),
      'forced-idr': '1',
      'x264-params': `${common}${level === null ? '' : `:level=${level}`}`,
    }
  }
  const rate = `vbv-maxrate=${Math.floor(maxBps / 1000)}:vbv-bufsize=${Math.floor(maxBps / 1000)}`
  const params = `${common}:bframes=0:${rate}:log-level=none${level === null ? '' : `:level-idc=${level}:high-tier=0`}`
  return { preset: 'ultrafast', profile, crf: String(quality), 'forced-idr': '1', 'x265-params': params }
}
