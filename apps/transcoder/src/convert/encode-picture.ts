import { AV_PIX_FMT_RGBA, AV_PIX_FMT_YUVJ420P, FF_ENCODER_MJPEG, FF_ENCODER_PNG } from 'node-av/constants'
import type { Av } from './av.ts'
import type { Size } from './filters.ts'
import type { FrameSource } from './graph.ts'
import { Refusal } from './refusal.ts'

/** The quantiser of a JPEG, 2 (best) to 31: nobody tells this from the source. */
const jpegQuantiser = 4

/** The first picture of `source` as the bytes of a file. Closes `source`. */
export function encodePicture(av: Av, source: FrameSource, size: Size, as: 'jpeg' | 'png'): Uint8Array {
  const codec = av.Codec.findEncoderByName(as === 'png' ? FF_ENCODER_PNG : FF_ENCODER_MJPEG)!
  const encoder = new av.CodecContext()
  encoder.allocContext3(codec)
  encoder.width = size.width
  encoder.height = size.height
  encoder.pixelFormat = as === 'png' ? AV_PIX_FMT_RGBA : AV_PIX_FMT_YUVJ420P
  encoder.timeBase = new av.Rational(1, 25)
  // Slices of several threads are no smaller, and a picture is soon done.
  encoder.threadCount = 1
  if (as === 'jpeg') for (const name of ['qmin', 'qmax']) encoder.setOption(name, String(jpegQuantiser))
  const packet = new av.Packet()
  packet.alloc()
  try {
    av.FFmpegError.throwIfError(encoder.open2Sync(codec, null), 'open the picture encoder')
    const frame = source.next()
    if (frame === null) throw new Refusal('CLIP_UNREADABLE', 'The file has no picture that can be decoded.')
    frame.pts = 0n
    av.FFmpegError.throwIfError(encoder.sendFrameSync(frame), 'encode the picture')
    encoder.sendFrameSync(null)
    av.FFmpegError.throwIfError(encoder.receivePacketSync(packet), 'encode the picture')
    return new Uint8Array(packet.data!)
  } finally {
    source.close()
    packet.free()
    encoder.freeContext()
  }
}
