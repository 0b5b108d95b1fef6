import type { PlayerState } from './player-state.ts'
import type { Step } from './steps.ts'

/** What a viewer has seen so far, as tests and analytics read it from `element.metrics` and `window.sluicePlayer`. [EMB-04] */
export type PlayerMetrics = {
  readonly state: PlayerState
  /** From the moment the stream was there to be played until the first picture; null before it. */
  readonly startupMs: number | null
  readonly stalls: number
  readonly stalledMs: number
  /** Pictures that moved, so far: no stall, no pause. */
  readonly playedMs: number
  /** Since the page was opened, over all reloads of the stream. */
  readonly frames: number
  readonly droppedFrames: number
  /** From the moment that the picture came in; null where it is not known. */
  readonly latencyMs: number | null
  /** How the media comes; null while none does. */
  readonly step: Step | 'native' | null
  /** Encoded bitrate of what plays, bits a second. */
  readonly bitrateBps: number | null
  /** Times that playback recovered without the viewer. */
  readonly recoveries: number
  readonly width: number
  readonly height: number
}

type Counts = Pick<VideoPlaybackQuality, 'totalVideoFrames' | 'droppedVideoFrames'>

/** What is read of a video element. */
export type SeenVideo = Pick<HTMLVideoElement, 'videoWidth' | 'videoHeight'> & { getVideoPlaybackQuality(): Counts }

/** What the present attachment knows. */
export type Attached = Pick<PlayerMetrics, 'latencyMs' | 'step' | 'bitrateBps'>

/** Counts what `metrics` tells. Times are of `performance.now()`. */
export class MetricsCounter {
  #startedAt: number | null = null
  #startupMs: number | null = null
  #stalls = 0
  #stalledMs = 0
  #playedMs = 0
  #stallAt: number | null = null
  #framesBefore = 0
  #droppedBefore = 0
  #recoveries = 0
  #width = 0
  #height = 0

  started(nowMs: number): void {
    this.#startedAt ??= nowMs
  }

  /** The first picture shows, or pictures move again. */
  playing(nowMs: number): void {
    if (this.#startupMs === null && this.#startedAt !== null) this.#startupMs = Math.round(nowMs - this.#startedAt)
    if (this.#stallAt !== null) this.#stalledMs += nowMs - this.#stallAt
    this.#stallAt = null
  }

  /** Pictures moved for so long. */
  played(spanMs: number): void {
    if (this.#startupMs !== null && this.#stallAt === null) this.#playedMs += spanMs
  }

  get hasStarted(): boolean {
    return this.#startupMs !== null
  }

  /** Playback stood still though it should run. The wait before the first picture is start-up, not a stall. */
  stalled(nowMs: number): void {
    if (this.#startupMs === null || this.#stallAt !== null) return
    this.#stalls++
    this.#stallAt = nowMs
  }

  /** The channel ended: what follows is waiting, not stalling, and the next show is a view of its own. */
  ended(nowMs: number): void {
    this.playing(nowMs)
    this.#startedAt = null
    this.#startupMs = null
    this.#stalls = 0
    this.#stalledMs = 0
    this.#playedMs = 0
    this.#width = 0
    this.#height = 0
  }

  recovered(): void {
    this.#recoveries++
  }

  /** Before a video element reloads, which resets its own counts. */
  carryOver(quality: Counts): void {
    this.#framesBefore += quality.totalVideoFrames
    this.#droppedBefore += quality.droppedVideoFrames
  }

  read(state: PlayerState, video: SeenVideo, attached: Attached, nowMs: number): PlayerMetrics {
    const quality = video.getVideoPlaybackQuality()
    // A stream that is loaded again has no size for a moment: it keeps the last one.
    if (video.videoHeight > 0) [this.#width, this.#height] = [video.videoWidth, video.videoHeight]
    return {
      state,
      startupMs: this.#startupMs,
      stalls: this.#stalls,
      stalledMs: Math.round(this.#stalledMs + (this.#stallAt === null ? 0 : nowMs - this.#stallAt)),
      frames: this.#framesBefore + quality.totalVideoFrames,
      droppedFrames: this.#droppedBefore + quality.droppedVideoFrames,
      playedMs: Math.round(this.#playedMs),
      ...attached,
      recoveries: this.#recoveries,
      width: this.#width,
      height: this.#height,
    }
  }
}
