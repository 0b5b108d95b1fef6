import { readSync } from 'node:fs'
import { type ClipType, clipLimits, clipTypes } from '@sluice/contract/transcoder'
import type { Stream } from 'node-av'
import { AV_NOPTS_VALUE, AV_PKT_DATA_DISPLAYMATRIX, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import type { Av } from './av.ts'
import type { FileStart } from './filters.ts'
import { type ImageType, readImageHead } from './image-head.ts'
import { findDecoder, openFile } from './open-file.ts'
import { isOnSide, orientationOfMatrix } from './orientation.ts'
import type { Rational } from './plan-loop.ts'
import { Refusal } from './refusal.ts'

/** A media file as it is to be read: sizes as shown, after turn and pixel shape. */
export type Probe = FileStart & {
  readonly width: number
  readonly height: number
  readonly fps: Rational
  readonly durationMs: number
  readonly hasAudio: boolean
}

/** Opens a file with one demuxer, measures it by its packets, and refuses what is no such file or over the limits, before anything is decoded. */
export function probeFile(av: Av, fd: number, type: ClipType): Probe {
  const { kind, demuxer } = clipTypes[type]
  const broken = new Refusal('CLIP_UNREADABLE', `The file is not a readable ${type}, or it is damaged.`)
  if (isImageType(type)) return probeImage(fd, type, broken)
  const context = openFile(av, fd, demuxer)
  if (context === null) throw broken
  try {
    if (context.findStreamInfoSync(null) < 0) throw broken
    const videoAt = context.findBestStream(AVMEDIA_TYPE_VIDEO)
    const audioAt = context.findBestStream(AVMEDIA_TYPE_AUDIO)
    const video = context.streams[videoAt]
    if (videoAt < 0 || video === undefined) throw new Refusal('CLIP_NO_VIDEO', 'The file has no picture: a clip is a video or an image.')
    const shape = shapeOf(video)
    requireSize(shape.coded, kind)
    findDecoder(av, video, demuxer)
    const { startSeconds, durationMs, pictures } = measure(av, context, videoAt, audioAt)
    if (durationMs > clipLimits.videoMs) {
      const minutes = clipLimits.videoMs / 60_000
      throw new Refusal('CLIP_TOO_LONG', `The clip lasts ${Math.round(durationMs / 1000)} s, the limit is ${minutes} minutes.`)
    }
    if (durationMs <= 0) throw broken
    requireWork(shape.coded, pictures)
    const { width, height, orientation } = shape
    return { startSeconds, orientation, width, height, fps: rateOf(video), durationMs, hasAudio: audioAt >= 0 }
  } finally {
    context.closeInputSync()
  }
}

const isImageType = (type: ClipType): type is ImageType => clipTypes[type].kind === 'image'

/** By the picture's own head: FFmpeg would decode it to tell its size. */
function probeImage(fd: number, type: ImageType, broken: Refusal): Probe {
  const head = readImageHead(type, (offset, byteCount) => {
    const bytes = new Uint8Array(byteCount)
    return bytes.subarray(0, readSync(fd, bytes, 0, byteCount, offset))
  })
  if (head === null) throw broken
  requireSize(head, 'image')
  const { orientation } = head
  const [width, height] = isOnSide(orientation) ? [head.height, head.width] : [head.width, head.height]
  return { startSeconds: 0, orientation, width, height, fps: { num: 30, den: 1 }, durationMs: 0, hasAudio: false }
}

/** Pixels times pictures: what a decoder has to do, whatever rate and length the file claims. */
function requireWork({ width, height }: { width: number; height: number }, pictures: number): void {
  const most = Math.floor(clipLimits.totalPixels / (width * height))
  if (pictures > most)
    throw new Refusal(
      'CLIP_TOO_LONG',
      `The clip has ${pictures} pictures of ${width}x${height}, at most ${most} of that size are converted.`,
    )
}

function requireSize({ width, height }: { width: number; height: number }, kind: 'image' | 'video'): void {
  const most = kind === 'image' ? clipLimits.imagePixels : clipLimits.videoPixels
  if (width < clipLimits.leastSide || height < clipLimits.leastSide) {
    throw new Refusal(
      'CLIP_SIZE',
      `The picture is ${width}x${height}, at least ${clipLimits.leastSide}x${clipLimits.leastSide} are needed.`,
    )
  }
  if (width * height > most) {
    throw new Refusal('CLIP_SIZE', `The picture is ${width}x${height}, at most ${(most / 1e6).toFixed(1)} million pixels are taken.`)
  }
}

function shapeOf(video: Stream) {
  const { width, height, sampleAspectRatio: aspect } = video.codecpar
  const isWide = aspect.num > 0 && aspect.den > 0 && aspect.num / aspect.den < 8 && aspect.den / aspect.num < 8
  const shownWidth = isWide ? Math.round((width * aspect.num) / aspect.den) : width
  const orientation = orientationOfMatrix(video.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX))
  const isTurned = isOnSide(orientation)
  return { coded: { width, height }, width: isTurned ? height : shownWidth, height: isTurned ? shownWidth : height, orientation }
}

function rateOf(video: Stream): Rational {
  for (const { num, den } of [video.avgFrameRate, video.rFrameRate]) {
    if (num > 0 && den > 0 && num / den >= 1 && num / den <= 240) return { num, den }
  }
  return { num: 30, den: 1 }
}

/** From the first packet to the end of the last: headers of live recordings tell no duration, and others a wrong one. */
function measure(av: Av, context: InstanceType<Av['FormatContext']>, videoAt: number, audioAt: number) {
  const packet = new av.Packet()
  packet.alloc()
  let pictures = 0
  let first = Number.POSITIVE_INFINITY
  let end = Number.NEGATIVE_INFINITY
  const bases = context.streams.map(({ timeBase }) => timeBase.num / timeBase.den)
  while (context.readFrameSync(packet) >= 0) {
    const base = bases[packet.streamIndex]
    const pts = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts
    if (packet.streamIndex === videoAt) pictures++
    if ((packet.streamIndex === videoAt || packet.streamIndex === audioAt) && base !== undefined && pts !== AV_NOPTS_VALUE) {
      first = Math.min(first, Number(pts) * base)
      end = Math.max(end, (Number(pts) + Math.max(0, Number(packet.duration))) * base)
    }
    packet.unref()
  }
  packet.free()
  return { pictures, startSeconds: Number.isFinite(first) ? first : 0, durationMs: end > first ? Math.round((end - first) * 1000) : 0 }
}
