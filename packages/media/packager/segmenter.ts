import { BoundedQueue } from '@sluice/base/bounded'
import { type Frame, type Track, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { type Mp4Run, type Mp4Sample, writeFragment } from '@sluice/containers/fmp4'
import type { SegmentMedia } from '../store/index.ts'

/** A cut this little before the target is on time: encoders' GOPs are off by a frame or by a rounded millisecond. */
const earlyTicks = 60 * ticksPerMs
/** Without a key frame to cut at, a segment that long ends for want of a better place: an encoder with endless GOPs. */
const longestTicks = 30 * ticksPerSecond
/** Video that gives no frame for so long, while audio goes on, is away: segments of audio alone follow, until its next key frame. */
const awayTicks = 10 * ticksPerSecond
/**
 * What an open segment may hold, whatever its timestamps say: 2.7 s of 100 Mbit/s or 20 s of 13 Mbit/s. Timestamps that stand still or go back
 * never reach a target duration, and frames are kept until the cut.
 */
const maxOpenBytes = 32 * 1024 * 1024
/** 30 s of 120 fps video and 100 audio frames a second. */
const maxOpenFrames = 6600
const openBounds = { maxCount: maxOpenFrames, maxBytes: maxOpenBytes, bytesOf: (frame: Frame) => frame.bytes.length }

const mp4TrackIds = { video: 1, audio: 2 } as const

/** The MP4 track id that a kind of track has in every init segment and fragment. */
export const mp4TrackId = (track: Track): number => mp4TrackIds[track.kind]

/**
 * Gathers frames and cuts them into segments of about `targetMs` at key frames. Takes the first track of each kind, others are left
 * out. Frames are held by reference until the cut, when they are copied into the segment.
 */
export class Segmenter {
  readonly #targetTicks: number
  #sequence = 1
  readonly #video = new BoundedQueue<Frame>(openBounds)
  readonly #audio = new BoundedQueue<Frame>(openBounds)
  #hasVideo = false
  #isVideoAway = false
  /** The last known distance between frames, for the last frame before an end without a next one. */
  #step = { video: 3000, audio: 1920 }

  constructor(targetMs: number) {
    this.#targetTicks = targetMs * ticksPerMs
  }

  /** What the programme holds from now on. The caller has cut before. */
  setTracks(tracks: readonly Track[]): void {
    this.#hasVideo = tracks.some((track) => track.kind === 'video')
    this.#isVideoAway = false
  }

  /** Takes a frame; answers the segment that it ended, if it did. */
  put(frame: Frame): SegmentMedia | null {
    const { kind, id } = frame.track
    if (id !== 0) return null
    const isStart = kind === 'video' && frame.isKey
    const isFirst = this.#video.length === 0 && this.#audio.length === 0
    const needsStart = kind === 'video' ? isFirst || this.#isVideoAway : isFirst && this.#hasVideo && !this.#isVideoAway
    if (needsStart && !isStart) return null
    const done = !isFirst && (this.#isFullFor(frame) || this.#endsBefore(frame)) ? this.#cut(frame) : null
    if (isStart) this.#isVideoAway = false
    const list = kind === 'video' ? this.#video : this.#audio
    const before = list.last
    if (before !== undefined && frame.dts > before.dts) this.#step[kind] = frame.dts - before.dts
    list.offer(frame)
    return done
  }

  /** Ends the open segment where it is: before a splice, a change of tracks, or the end. */
  end(): SegmentMedia | null {
    this.#isVideoAway = false
    return this.#cut(null)
  }

  /** Gives up the open segment. */
  forget(): void {
    this.#isVideoAway = false
    this.#video.clear()
    this.#audio.clear()
  }

  /** Both kinds together: where one has no room the cut comes here, key frame or not. */
  #isFullFor(frame: Frame): boolean {
    const count = this.#video.length + this.#audio.length
    return count >= maxOpenFrames || this.#video.bytes + this.#audio.bytes + frame.bytes.length > maxOpenBytes
  }

  #endsBefore(frame: Frame): boolean {
    const age = frame.dts - this.#startDts()
    if (frame.track.kind === 'video') {
      if (this.#isVideoAway) return true
      return (frame.isKey && age >= this.#targetTicks - earlyTicks) || age >= longestTicks
    }
    if (!this.#hasVideo) return age >= this.#targetTicks
    const lastVideo = this.#video.last
    if (lastVideo !== undefined && frame.dts - lastVideo.dts >= awayTicks) this.#isVideoAway = true
    return this.#isVideoAway && age >= this.#targetTicks
  }

  #startDts(): number {
    return (this.#video.first ?? this.#audio.first)?.dts ?? 0
  }

  #cut(next: Frame | null): SegmentMedia | null {
    const startDts = this.#startDts()
    const video = this.#video.takeAll()
    const audio = this.#audio.takeAll()
    if (video.length === 0 && audio.length === 0) return null
    const runs: Mp4Run[] = []
    if (video.length > 0) runs.push({ trackId: mp4TrackIds.video, samples: samplesOf(video, next, this.#step.video) })
    if (audio.length > 0) runs.push({ trackId: mp4TrackIds.audio, samples: samplesOf(audio, next, this.#step.audio) })
    const ownTicks = runs[0]!.samples.reduce((sum, sample) => sum + sample.duration90k, 0)
    return {
      bytes: writeFragment(this.#sequence++, runs),
      startDts,
      duration90k: Math.max(0, next === null ? ownTicks : next.dts - startDts),
      frames: video.length + audio.length,
      isIndependent: video[0]?.isKey ?? true,
    }
  }
}

/** Each frame lasts until the next of its track; the last one until `next` if that continues its track, else a usual step. */
function samplesOf(frames: readonly Frame[], next: Frame | null, step: number): Mp4Sample[] {
  return frames.map((frame, i) => {
    const follower = frames[i + 1] ?? (next?.track.kind === frame.track.kind ? next : undefined)
    return { frame, duration90k: Math.max(0, follower === undefined ? step : follower.dts - frame.dts) }
  })
}
