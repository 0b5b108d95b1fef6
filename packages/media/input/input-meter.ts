import { type Frame, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { carriesCaptions } from '@sluice/codecs/track'

/** Figures of one input. Rates are over the time since the reading before; `...Total` since the session began. */
export type MeterReading = {
  readonly bitrateBps: number
  readonly videoBps: number
  readonly audioBps: number
  readonly fps: number
  readonly gopMs: number | null
  /** Of the last distances between key frames; absent before the second key frame. */
  readonly keyframes?: { readonly count: number; readonly minMs: number; readonly maxMs: number }
  /** Closed captions came in the last ten seconds. Absent: none. */
  readonly hasCaptions?: true
  readonly framesTotal: number
  readonly bytesTotal: number
  readonly maxGapMs: number
}

/** Frames over which the frame rate is averaged: about a second of video, so that the figure stands still. */
const fpsFrames = 32
/** Distances between key frames that say whether they come evenly. */
const keptGops = 8

/** Captions that were seen count for so long, and are looked for again after half of it. */
const captionsMs = 10_000

/** Counts what comes in. Cheap enough for every frame; read once a second. */
export class InputMeter {
  #videoBytes = 0
  #audioBytes = 0
  #bytesTotal = 0
  #framesTotal = 0
  #maxGapMs = 0
  #lastFrameMs: number | null = null
  #lastReadMs: number
  #lastKeyDts: number | null = null
  #captionsAtMs = Number.NEGATIVE_INFINITY
  // bound: `keptGops` numbers, the oldest goes for the next
  #gopsTicks: number[] = []
  // bound: `fpsFrames` numbers, the oldest goes for the next
  #videoDts: number[] = []

  constructor(nowMs: number) {
    this.#lastReadMs = nowMs
  }

  add(frame: Frame, nowMs: number): void {
    const { length } = frame.bytes
    this.#framesTotal++
    this.#bytesTotal += length
    if (this.#lastFrameMs !== null) this.#maxGapMs = Math.max(this.#maxGapMs, nowMs - this.#lastFrameMs)
    this.#lastFrameMs = nowMs
    if (frame.track.kind === 'audio') {
      this.#audioBytes += length
      return
    }
    this.#videoBytes += length
    if (frame.track.id !== 0) return
    if (nowMs - this.#captionsAtMs >= captionsMs / 2 && carriesCaptions(frame.track, frame.bytes)) this.#captionsAtMs = nowMs
    this.#videoDts.push(frame.dts)
    if (this.#videoDts.length > fpsFrames) this.#videoDts.shift()
    if (!frame.isKey) return
    if (this.#lastKeyDts !== null && frame.dts > this.#lastKeyDts) {
      this.#gopsTicks.push(frame.dts - this.#lastKeyDts)
      if (this.#gopsTicks.length > keptGops) this.#gopsTicks.shift()
    }
    this.#lastKeyDts = frame.dts
  }

  /** Frames a second of the first video track over its last second; 0 while unknown. */
  get fps(): number {
    return this.#fps()
  }
  /** Milliseconds between the last two key frames; null before the second. */
  get gopMs(): number | null {
    const ticks = this.#gopsTicks.at(-1)
    return ticks === undefined ? null : Math.round(ticks / ticksPerMs)
  }

  /** Figures since the reading before. A silent input reads zero rates and its silence as the gap. */
  read(nowMs: number): MeterReading {
    const seconds = Math.max(0.001, (nowMs - this.#lastReadMs) / 1000)
    const silenceMs = this.#lastFrameMs === null ? 0 : nowMs - this.#lastFrameMs
    const reading: MeterReading = {
      bitrateBps: Math.round(((this.#videoBytes + this.#audioBytes) * 8) / seconds),
      videoBps: Math.round((this.#videoBytes * 8) / seconds),
      audioBps: Math.round((this.#audioBytes * 8) / seconds),
      fps: silenceMs > 1000 ? 0 : this.#fps(),
      gopMs: this.gopMs,
      ...(this.#gopsTicks.length === 0 ? {} : { keyframes: this.#keyframes() }),
      ...(nowMs - this.#captionsAtMs < captionsMs ? { hasCaptions: true } : {}),
      framesTotal: this.#framesTotal,
      bytesTotal: this.#bytesTotal,
      maxGapMs: Math.round(Math.max(this.#maxGapMs, silenceMs)),
    }
    this.#videoBytes = 0
    this.#audioBytes = 0
    this.#maxGapMs = 0
    this.#lastReadMs = nowMs
    return reading
  }

  #keyframes(): { count: number; minMs: number; maxMs: number } {
    const inMs = (ticks: number): number => Math.round(ticks / ticksPerMs)
    return {
      count: this.#gopsTicks.length,
      minMs: inMs(Math.min(...this.#gopsTicks)),
      maxMs: inMs(Math.max(...this.#gopsTicks)),
    }
  }

  #fps(): number {
    const first = this.#videoDts[0]
    const last = this.#videoDts.at(-1)
    if (first === undefined || last === undefined || last <= first) return 0
    return Math.round((((this.#videoDts.length - 1) * ticksPerSecond) / (last - first)) * 100) / 100
  }
}
