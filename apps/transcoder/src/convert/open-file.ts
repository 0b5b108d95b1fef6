import { clipLimits, type clipTypes } from '@sluice/contract/transcoder'
import type { FormatContext, Stream } from 'node-av'
import type { Av } from './av.ts'
import { Refusal } from './refusal.ts'

export type Demuxer = (typeof clipTypes)[keyof typeof clipTypes]['demuxer']

/** What cameras, phones, encoders and editors write. Everything else that this FFmpeg could decode is old, rare and little tested. */
const decoders = {
  image: { png_pipe: ['png'], jpeg_pipe: ['mjpeg'], webp_pipe: ['webp'] },
  video: [
    ...['h264', 'hevc', 'libdav1d', 'av1', 'vp8', 'vp9', 'libvpx', 'libvpx-vp9', 'mpeg4', 'mpeg2video', 'mpeg1video', 'mjpeg', 'prores'],
    ...['dnxhd', 'flv', 'h263', 'ffv1', 'png', 'qtrle', 'v210', 'rawvideo'],
  ],
  audio: [
    ...['aac', 'aac_latm', 'mp3float', 'mp3', 'mp2float', 'mp2', 'ac3', 'eac3', 'opus', 'libopus', 'vorbis', 'libvorbis', 'flac', 'alac'],
    ...[
      'pcm_s16le',
      'pcm_s16be',
      'pcm_s24le',
      'pcm_s24be',
      'pcm_s32le',
      'pcm_s32be',
      'pcm_f32le',
      'pcm_f32be',
      'pcm_u8',
      'pcm_alaw',
      'pcm_mulaw',
    ],
    ...['speex', 'nellymoser'],
  ],
} as const

const isImage = (demuxer: Demuxer): demuxer is keyof typeof decoders.image => demuxer in decoders.image
const decodersOf = (demuxer: Demuxer): readonly string[] =>
  isImage(demuxer) ? decoders.image[demuxer] : [...decoders.video, ...decoders.audio]

/** Pixels of a picture that a decoder of this file may be asked for. */
export const pixelLimit = (demuxer: Demuxer): number => (isImage(demuxer) ? clipLimits.imagePixels : clipLimits.videoPixels)

/**
 * Opens a file by its descriptor with one demuxer. No protocol but descriptors: what a file names inside of itself is never opened. Null when
 * it is no such file. The caller closes it.
 */
export function openFile(av: Av, fd: number, demuxer: Demuxer): FormatContext | null {
  const context = new av.FormatContext()
  const options = av.Dictionary.fromObject({
    protocol_whitelist: 'fd',
    format_whitelist: demuxerNames[demuxer],
    codec_whitelist: decodersOf(demuxer).join(','),
    max_streams: String(clipLimits.tracks),
    fd: String(fd),
  })
  return context.openInputSync('fd:', av.InputFormat.findInputFormat(demuxer), options) < 0 ? null : context
}

/** As the demuxers call themselves: the list is compared by the whole name. */
const demuxerNames: Readonly<Record<Demuxer, string>> = {
  png_pipe: 'png_pipe',
  jpeg_pipe: 'jpeg_pipe',
  webp_pipe: 'webp_pipe',
  mov: 'mov,mp4,m4a,3gp,3g2,mj2',
  matroska: 'matroska,webm',
  mpegts: 'mpegts',
  flv: 'flv',
}

/** The decoder of a track, closed. Throws Refusal for a codec that is not taken. */
export function findDecoder(av: Av, stream: Stream, demuxer: Demuxer): InstanceType<Av['Codec']> {
  const codec = av.Codec.findDecoder(stream.codecpar.codecId)
  const name = codec?.name ?? null
  if (codec !== null && name !== null && decodersOf(demuxer).includes(name)) return codec
  const called = name ?? av.avGetCodecName(stream.codecpar.codecId) ?? 'of an unknown codec'
  throw new Refusal('CLIP_CODEC', `A track of the file is ${called}, which is not supported: export it as H.264 with AAC.`)
}
