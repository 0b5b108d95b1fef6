import { writeU32 } from '@sluice/base/bytes'
import { type AudioTrack, type Frame, ticksPerMs, type VideoTrack } from '@sluice/codecs/frame'

/** A piece of a live source. Times in milliseconds on the source's own clock. */
export type MediaPlan = {
  readonly video?: VideoTrack | null
  readonly audio?: AudioTrack | null
  readonly startMs?: number
  readonly durationMs: number
  readonly fps?: number
  readonly gopFrames?: number
  /** Frames that the picture is shown after it was decoded, as B-frames make it: 0, 1 or 2. */
  readonly reorderFrames?: number
  /** Payload of each video frame; audio frames have 64. */
  readonly frameBytes?: number
}

const nalHeaderBytes = 5
/** first_mb_in_slice 0, slice type 7 (I), parameter set 0: the slice of a picture of its own. Spec: ITU-T H.264 §7.3.3 */
const sliceHeader = [0x88, 0x84] as const
const idrSlice = 0x65
const otherSlice = 0x41

/**
 * What a frame carries: its kind and time in readable form, so that a failing test shows which frame it was. Video is one NAL unit with
 * a length before it, so that a demuxer finds key frames as in real streams.
 */
function payload(track: VideoTrack | AudioTrack, atMs: number, isKey: boolean, byteCount: number): Uint8Array {
  const out = new Uint8Array(byteCount)
  const isNal = track.kind === 'video' && byteCount >= nalHeaderBytes
  if (isNal) {
    writeU32(out, 0, byteCount - nalHeaderBytes + 1)
    out[nalHeaderBytes - 1] = isKey ? idrSlice : otherSlice
  }
  const hasSlice = isNal && byteCount >= nalHeaderBytes + sliceHeader.length
  if (hasSlice) out.set(sliceHeader, nalHeaderBytes)
  const textAt = isNal ? nalHeaderBytes + (hasSlice ? sliceHeader.length : 0) : 0
  out.set(new TextEncoder().encode(`${track.kind} ${atMs}`).subarray(0, byteCount - textAt), textAt)
  return out
}

const audioFrameMs = 1024 / 48

/** One frame at `dtsMs`. */
export function makeFrame(
  track: VideoTrack | AudioTrack,
  dtsMs: number,
  options: { isKey?: boolean; ptsMs?: number; byteCount?: number } = {},
): Frame {
  const isKey = options.isKey ?? track.kind === 'audio'
  return {
    track,
    dts: Math.round(dtsMs * ticksPerMs),
    pts: Math.round((options.ptsMs ?? dtsMs) * ticksPerMs),
    isKey,
    bytes: payload(track, Math.round(dtsMs), isKey, options.byteCount ?? 64),
  }
}

/** The frames of a plan in the order in which an encoder sends them: by dts, video first. Starts at a key frame. */
export function makeMedia(plan: MediaPlan): Frame[] {
  const { video = null, audio = null, startMs = 0, durationMs, fps = 30, gopFrames = 60, reorderFrames = 0, frameBytes = 200 } = plan
  const frames: Frame[] = []
  if (video !== null) {
    for (let i = 0; (i * 1000) / fps < durationMs; i++) {
      const dtsMs = startMs + (i * 1000) / fps
      // P frames are shown after the B frames that follow them.
      const shown = reorderFrames === 0 ? 0 : i % (reorderFrames + 1) === 0 ? reorderFrames : reorderFrames - 1
      frames.push(makeFrame(video, dtsMs, { isKey: i % gopFrames === 0, ptsMs: dtsMs + (shown * 1000) / fps, byteCount: frameBytes }))
    }
  }
  if (audio !== null) {
    for (let i = 0; i * audioFrameMs < durationMs; i++) frames.push(makeFrame(audio, startMs + i * audioFrameMs))
  }
  return frames.sort((a, b) => a.dts - b.dts || Number(a.track.kind === 'audio') - Number(b.track.kind === 'audio'))
}
