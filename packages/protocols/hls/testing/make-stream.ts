import { concatBytes } from '@sluice/base/bytes'
import type { Frame, Track } from '@sluice/codecs/frame'
import { writeFragment, writeInitSegment } from '@sluice/containers/fmp4'
import { TsMuxer } from '@sluice/containers/mpegts'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'

const segmentMs = 2000
const tracks = { video: makeVideoTrack(), audio: makeAudioTrack() }

/** The frames of a segment of 2 s: a GOP of pictures, and sound. `startMs`: on the source's clock. */
export const segmentFrames = (startMs: number): Frame[] =>
  makeMedia({ ...tracks, startMs: startMs + 1000, durationMs: segmentMs, gopFrames: 60, reorderFrames: 1 })

/** The same as MPEG-TS, as a packager that begins each segment anew makes it. */
export function tsSegment(startMs: number): Uint8Array {
  const muxer = new TsMuxer()
  for (const track of [tracks.video, tracks.audio]) muxer.addTrack(track)
  return concatBytes(segmentFrames(startMs).map((frame) => muxer.write(frame)))
}

/** Fragmented MP4 of the tracks of `kinds`: the init segment, and a segment. */
export const mp4Init = (kinds: readonly Track['kind'][]): Uint8Array =>
  writeInitSegment(kinds.map((kind, i) => ({ trackId: i + 1, track: tracks[kind] })))
export function mp4Segment(startMs: number, kinds: readonly Track['kind'][]): Uint8Array {
  const frames = segmentFrames(startMs)
  const runs = kinds.map((kind, i) => ({
    trackId: i + 1,
    samples: frames.filter(({ track }) => track.kind === kind).map((frame) => ({ frame, duration90k: kind === 'video' ? 3000 : 1920 })),
  }))
  return writeFragment(1, runs)
}
