import type { PlayerState } from './player-state.ts'

/** What a viewer has seen so far, as tests and analytics read it from `element.metrics` and `window.sluicePlayer`. [EMB-04] */
export type PlayerMetrics = {
  readonly state: PlayerState
  /** From the moment the stream was there to be played until the first picture; null before it. */
  readonly startupMs: number | null
  readonly stalls: number
  readonly stalledMs: number
  /** Since the page was opened, over all reloads of the stream. */
  readonly frames: number
  readonly droppedFrames: number
  /** How far behind the newest media; null where it is not known. */
  readonly latencyMs: number | null
  /** Times that playback recovered without the viewer. */
  readonly recoveries: number
  readonly width: number
  readonly height: number
}

type Counts = Pick<VideoPlaybackQuality, 'totalVideoFrames' | 'droppedVideoFrames'>

/** What is read of a video element. */
export type SeenVideo = Pick<HTMLVideoElement, 'videoWidth' | 'videoHeight'> & { getVideoPlaybackQuality(): Counts }

/** Counts what `metrics` tells. Times are of `performance.now()`. */
export class MetricsCounter {
  #startedAt: number | null = null
  #startupMs: number | null = null
  #stalls = 0
  #stalledMs = 0
  #stallAt: number | null = null
  #framesBefore = 0
  #droppedBefore = 0
  #recoveries = 0

  started(nowMs: number): void {
    this.#startedAt ??= nowMs
  }

  playing(nowMs: number): void {
    if (this.#startupMs === null && this.#startedAt !== null) this.#startupMs = Math.round(nowMs - this.#startedAt)
    if (this.#stallAt !== null) this.#stalledMs += nowMs - this.#stallAt
    this.#stallAt = null
  }

  /** Playback stood still though it should run. The wait before the first picture is start-up, not a stall. */
  stalled(nowMs: number): void {
    if (this.#startupMs === null || this.#stallAt !== null) return
    this.#stalls++
    this.#stallAt = nowMs
  }

  /** The channel ended: what follows is waiting, not stalling, and the next start is timed again. */
  ended(nowMs: number): void {
    this.playing(nowMs)
    this.#startedAt = null
    this.#startupMs = null
  }

  recovered(): void {
    this.#recoveries++
  }

  /** Before a video element reloads, which resets its own counts. */
  carryOver(quality: Counts): void {
    this.#framesBefore += quality.totalVideoFrames
    this.#droppedBefore += quality.droppedVideoFrames
  }

  read(state: PlayerState, video: SeenVideo, latencyMs: number | null, nowMs: number): PlayerMetrics {
    const quality = video.getVideoPlaybackQuality()
    return {
      state,
      startupMs: this.#startupMs,
      stalls: this.#stalls,
      stalledMs: Math.round(this.#stalledMs + (this.#stallAt === null ? 0 : nowMs - this.#stallAt)),
      frames: this.#framesBefore + quality.totalVideoFrames,
      droppedFrames: this.#droppedBefore + quality.droppedVideoFrames,
      latencyMs,
      recoveries: this.#recoveries,
      width: video.videoWidth,
      height: video.videoHeight,
    }
  }
}
