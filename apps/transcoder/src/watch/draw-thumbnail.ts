import { thumbnailLimits } from '@sluice/contract/watch'
import { FF_ENCODER_MJPEG } from 'node-av/constants'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'

/** Of a JPEG, 2 (best) to 31: the first is good for a tile of a wall, the others are for pictures that are all detail. */
const quantisers = [5, 12, 31]

/** A decoded picture as a JPEG within `thumbnailLimits`, in the shape in which it is shown. Throws Error with FFmpeg's reason. */
export function drawThumbnail(av: Av, picture: Frame): Uint8Array {
  const small = scaled(av, picture)
  try {
    for (const quantiser of quantisers) {
      const jpeg = encoded(av, small, quantiser)
      if (jpeg.length <= thumbnailLimits.bytes) return jpeg
    }
    throw new Error(`the thumbnail is larger than ${thumbnailLimits.bytes} bytes`)
  } finally {
    small.free()
  }
}

function scaled(av: Av, picture: Frame): Frame {
  const { K } = av
  const { width, height } = fitted(picture)
  const small = new av.Frame()
  small.alloc()
  const scaler = new av.SoftwareScaleContext()
  try {
    small.width = width
    small.height = height
    small.format = K.AV_PIX_FMT_YUVJ420P
    small.colorRange = K.AVCOL_RANGE_JPEG
    av.FFmpegError.throwIfError(small.getBuffer(), 'make room for the thumbnail')
    const { AV_PIX_FMT_YUVJ420P: to, SWS_AREA: byArea } = K
    scaler.getContext(picture.width, picture.height, picture.format as typeof to, width, height, to, byArea)
    av.FFmpegError.throwIfError(scaler.scaleFrameSync(small, picture), 'scale the thumbnail')
    small.pts = 0n
    return small
  } catch (error) {
    small.free()
    throw error
  } finally {
    scaler.freeContext()
  }
}

/** Pixels of a stream may be wide or narrow; those of a JPEG are square. Never larger than the picture itself, and of even sides. */
function fitted({ width, height, sampleAspectRatio: aspect }: Frame): { width: number; height: number } {
  const isKnown = aspect.num > 0 && aspect.den > 0 && aspect.num / aspect.den < 8 && aspect.den / aspect.num < 8
  const shownWidth = isKnown ? (width * aspect.num) / aspect.den : width
  const scale = Math.min(1, thumbnailLimits.width / shownWidth, thumbnailLimits.height / height)
  const even = (side: number): number => Math.max(2, Math.round((side * scale) / 2) * 2)
  return { width: even(shownWidth), height: even(height) }
}

function encoded(av: Av, picture: Frame, quantiser: number): Uint8Array {
  const codec = av.Codec.findEncoderByName(FF_ENCODER_MJPEG)
  if (codec === null) throw new Error('this node-av has no JPEG encoder')
  const encoder = new av.CodecContext()
  encoder.allocContext3(codec)
  const packet = new av.Packet()
  packet.alloc()
  try {
    encoder.width = picture.width
    encoder.height = picture.height
    encoder.pixelFormat = av.K.AV_PIX_FMT_YUVJ420P
    encoder.timeBase = new av.Rational(1, 25)
    encoder.threadCount = 1
    for (const name of ['qmin', 'qmax']) encoder.setOption(name, String(quantiser))
    av.FFmpegError.throwIfError(encoder.open2Sync(codec, null), 'open the JPEG encoder')
    av.FFmpegError.throwIfError(encoder.sendFrameSync(picture), 'encode the thumbnail')
    encoder.sendFrameSync(null)
    av.FFmpegError.throwIfError(encoder.receivePacketSync(packet), 'encode the thumbnail')
    return new Uint8Array(packet.data ?? [])
  } finally {
    packet.free()
    encoder.freeContext()
  }
}
