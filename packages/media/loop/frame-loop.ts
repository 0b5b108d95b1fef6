import type { Frame, Track } from '@sluice/codecs/frame'
import { LoopReader } from './loop-reader.ts'

/** A whole loop in memory: its frames in order of dts, from 0 on, and how long one round lasts. Frames are views of the file's bytes. */
export type FrameLoop = { readonly tracks: readonly Track[]; readonly frames: readonly Frame[]; readonly ticks: number }

/** The loop in the bytes of a file; null when there is no picture or no time in it, or it does not begin with a key frame. Throws WireError. */
export function readFrameLoop(file: Uint8Array): FrameLoop | null {
  const frames: Frame[] = []
  const reader = new LoopReader((frame) => frames.push(frame))
  reader.push(file)
  const { tracks } = reader
  const ticks = reader.endPass()
  const first = frames.find((frame) => frame.track.kind === 'video')
  if (ticks <= 0 || first === undefined || !first.isKey) return null
  return { tracks, frames, ticks }
}
