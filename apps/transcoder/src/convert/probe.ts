import { type ClipType, clipLimits, clipTypes } from '@sluice/contract/transcoder'
import type { Stream } from 'node-av'
import { AV_NOPTS_VALUE, AV_PKT_DATA_DISPLAYMATRIX, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import type { Av } from './av.ts'
import type { FileStart } from './filters.ts'
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

/** Opens a file with one demuxer, measures it by its packets, and refuses what is no such file or over the limits. */
export function probeFile(av: Av, file: string, type: ClipType): Probe {
  const { kind, demuxer } = clipTypes[type]
  const context = new av.FormatContext()
  const format = av.InputFormat.findInputFormat(demuxer)
  const broken = new Refusal('CLIP_UNREADABLE', `The file is no ${type} that can be read, or it is damaged.`)
  const options = av.Dictionary.fromObject({ protocol_whitelist: 'file' })
  if (context.openInputSync(file, format, options) < 0) throw broken
  try {
    if (context.findStreamInfoSync(null) < 0) throw broken
    const videoAt = context.findBestStream(AVMEDIA_TYPE_VIDEO)
    const audioAt = context.findBestStream(AVMEDIA_TYPE_AUDIO)
    const video = context.streams[videoAt]
    if (videoAt < 0 || video === undefined)
      throw new Refusal('CLIP_NO_VIDEO', 'The file has no picture: a clip needs video or is an image.')
    const shape = shapeOf(video)
    requireSize(shape.coded, kind)
    const { startSeconds, durationMs } = kind === 'image' ? { startSeconds: 0, durationMs: 0 } : measure(av, context, [videoAt, audioAt])
    if (durationMs > clipLimits.videoMs) {
      const minutes = clipLimits.videoMs / 60_000
      throw new Refusal('CLIP_TOO_LONG', `The clip lasts ${Math.round(durationMs / 1000)} s, at most ${minutes} minutes are kept.`)
    }
    if (kind === 'video' && durationMs <= 0) throw broken
    const { width, height, turn } = shape
    return { file, demuxer, startSeconds, turn, width, height, fps: rateOf(video), durationMs, hasAudio: kind === 'video' && audioAt >= 0 }
  } finally {
    context.closeInputSync()
  }
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
  const turn = turnOf(video.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX))
  const isOnSide = turn === 90 || turn === 270
  return { coded: { width, height }, width: isOnSide ? height : shownWidth, height: isOnSide ? shownWidth : height, turn }
}

/** The clockwise turn of a display matrix, to the next quarter. Spec: ISO/IEC 14496-12 §6.2.2 */
export function turnOf(matrix: Uint8Array | null): number {
  if (matrix === null || matrix.length < 36) return 0
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.length)
  // Native byte order, which is little-endian on every machine that node-av is built for.
  const degrees = (Math.atan2(view.getInt32(4, true), view.getInt32(0, true)) * 180) / Math.PI
  return (Math.round(degrees / 90) * 90 + 360) % 360
}

function rateOf(video: Stream): Rational {
  for (const { num, den } of [video.avgFrameRate, video.rFrameRate]) {
    if (num > 0 && den > 0 && num / den >= 1 && num / den <= 240) return { num, den }
  }
  return { num: 30, den: 1 }
}

/** From the first packet to the end of the last: headers of live recordings tell no duration, and others a wrong one. */
function measure(av: Av, context: InstanceType<Av['FormatContext']>, wanted: readonly number[]) {
  const packet = new av.Packet()
  packet.alloc()
  let first = Number.POSITIVE_INFINITY
  let end = Number.NEGATIVE_INFINITY
  const bases = context.streams.map(({ timeBase }) => timeBase.num / timeBase.den)
  while (context.readFrameSync(packet) >= 0) {
    const base = bases[packet.streamIndex]
    const pts = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts
    if (wanted.includes(packet.streamIndex) && base !== undefined && pts !== AV_NOPTS_VALUE) {
      first = Math.min(first, Number(pts) * base)
      end = Math.max(end, (Number(pts) + Math.max(0, Number(packet.duration))) * base)
    }
    packet.unref()
  }
  packet.free()
  return { startSeconds: Number.isFinite(first) ? first : 0, durationMs: end > first ? Math.round((end - first) * 1000) : 0 }
}
