import { createHash } from 'node:crypto'
import type { Frame } from '@sluice/codecs/frame'
import { H264NalType, h264NalType } from '@sluice/codecs/h264'
import { readNalUnits } from '@sluice/codecs/nal'
import { FlvDemuxer, type FlvKind } from '@sluice/containers/flv'
import { TsDemuxer } from '@sluice/containers/mpegts'

/** Frames told apart by what is in them, whatever they were carried in: the same picture has the same mark in FLV and MPEG-TS. */
export type Marks = { readonly video: string[]; readonly audio: string[]; readonly firstIsKey: boolean }

type Tag = { readonly kind: FlvKind; readonly timestampMs: number; readonly body: Uint8Array }

export function marksOfTags(tags: readonly Tag[]): Marks {
  const frames: Frame[] = []
  const demuxer = new FlvDemuxer()
  const sink = { onTrack: () => {}, onFrame: (frame: Frame) => frames.push(frame), onData: () => {} }
  for (const { kind, timestampMs, body } of tags) demuxer.push(kind, timestampMs, body, sink)
  return marksOf(frames)
}

export function marksOfTs(bytes: Uint8Array): Marks {
  const frames: Frame[] = []
  const demuxer = new TsDemuxer()
  const sink = { onTrack: () => {}, onFrame: (frame: Frame) => frames.push(frame) }
  demuxer.push(bytes, sink)
  demuxer.flush(sink)
  return marksOf(frames)
}

function marksOf(frames: readonly Frame[]): Marks {
  const video = frames.filter((frame) => frame.track.kind === 'video')
  const audio = frames.filter((frame) => frame.track.kind === 'audio')
  return {
    video: video.map((frame) => markOf(slicesOf(frame.bytes))),
    audio: audio.map((frame) => markOf([frame.bytes])),
    firstIsKey: video[0]?.isKey ?? false,
  }
}

/** The picture alone: delimiters and parameter sets come and go with the container. */
function slicesOf(bytes: Uint8Array): Uint8Array[] {
  const isSlice = (unit: Uint8Array): boolean => {
    const type = h264NalType(unit[0] ?? 0)
    return type === H264NalType.slice || type === H264NalType.idr
  }
  return [...readNalUnits(bytes, 4)].filter(isSlice)
}

function markOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('base64url').slice(0, 16)
}
