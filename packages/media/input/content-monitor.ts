import type { ContentFault } from '@sluice/base/words'
import { type Frame, ticksPerMs } from '@sluice/codecs/frame'
import type { ContentTriggers } from '../switch/index.ts'
import { BitrateMonitor } from './bitrate-monitor.ts'

/** Video that gave a frame this recently is coming; without it there is silence, which is another matter. */
const comingMs = 1000
/** Below this share of the clock's pace, time does not go on. */
const stallShare = 0.2
/** A step back by more is a jump of the source's clock, and begins anew. */
const jumpTicks = 500 * ticksPerMs
/** Key frames may be so much later than two GOPs: encoders that set them by scene are not exact. */
const keySlackMs = 500
const shortestGopMs = 1000

/**
 * Watches one session's media for what is wrong with it while it still comes. Cheap enough for every frame: no decoding. What takes a decoder
 * is judged by `PictureMonitor` and `SoundMonitor`.
 */
export class ContentMonitor {
  readonly #bitrate = new BitrateMonitor()
  #lastKey: { dts: number; atMs: number } | null = null
  #gopMs: number | null = null
  #lastVideoMs = Number.NEGATIVE_INFINITY
  #lastAudioMs: number | null = null
  /** Where the source's time last kept pace with the clock. */
  #pace: { dts: number; atMs: number } | null = null

  add(frame: Frame, nowMs: number): void {
    this.#bitrate.add(frame.bytes.length, nowMs)
    if (frame.track.id !== 0) return
    if (frame.track.kind === 'audio') {
      this.#lastAudioMs = nowMs
      if (nowMs - this.#lastVideoMs < comingMs) return
    } else {
      this.#lastVideoMs = nowMs
      if (frame.isKey) this.#noteKey(frame.dts, nowMs)
    }
    this.#notePace(frame.dts, nowMs)
  }

  /** Media time between the last two key frames, or the wait for the next one when that is longer; null before the first. */
  gopMs(nowMs: number): number | null {
    if (this.#lastKey === null) return null
    return this.#isVideoComing(nowMs) ? Math.max(this.#gopMs ?? 0, nowMs - this.#lastKey.atMs) : this.#gopMs
  }

  /** What is wrong now, by the triggers that are on. `triggerMs`: how long time may stand still, or audio be away. */
  fault(triggers: ContentTriggers, triggerMs: number, nowMs: number): ContentFault | null {
    if (triggers.noKeyFrame && this.#isKeyMissing(nowMs)) return 'no-key-frame'
    if (triggers.timeStall && this.#pace !== null && nowMs - this.#pace.atMs >= triggerMs) return 'time-stalled'
    if (triggers.audioLoss && this.#isAudioAway(triggerMs, nowMs)) return 'audio-lost'
    return this.#bitrate.isCollapsed(triggers.bitrateShare, nowMs) ? 'bitrate-collapsed' : null
  }

  #noteKey(dts: number, nowMs: number): void {
    const before = this.#lastKey
    if (before !== null && dts > before.dts) this.#gopMs = (dts - before.dts) / ticksPerMs
    this.#lastKey = { dts, atMs: nowMs }
  }

  #notePace(dts: number, nowMs: number): void {
    const pace = this.#pace
    const step = pace === null ? 0 : dts - pace.dts
    if (pace !== null && step > -jumpTicks && step < (nowMs - pace.atMs) * ticksPerMs * stallShare) return
    // The first frame of a moment sets it: frames that stand still must find it in the past.
    if (pace === null || step !== 0) this.#pace = { dts, atMs: nowMs }
  }

  #isVideoComing(nowMs: number): boolean {
    return nowMs - this.#lastVideoMs < comingMs
  }

  #isKeyMissing(nowMs: number): boolean {
    if (this.#lastKey === null || this.#gopMs === null || !this.#isVideoComing(nowMs)) return false
    return nowMs - this.#lastKey.atMs > 2 * Math.max(this.#gopMs, shortestGopMs) + keySlackMs
  }

  #isAudioAway(triggerMs: number, nowMs: number): boolean {
    return this.#lastAudioMs !== null && this.#isVideoComing(nowMs) && nowMs - this.#lastAudioMs >= triggerMs
  }
}
