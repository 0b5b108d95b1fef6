import type { Frame, Track } from '@sluice/codecs/frame'
import { GopCache, TrackSet } from '../bus/index.ts'
import type { InputHealth } from '../switch/index.ts'
import { InputMeter } from './input-meter.ts'

/** A key frame alone is not yet the whole programme: audio gets so long to show up beside it, and video so long beside audio. */
const audioWaitMs = 500
const videoWaitMs = 1500
/** A longer silence between two frames ends a clean run. */
const cleanGapMs = 1000

/**
 * One way into a channel, with or without a session at its other end. Whatever the protocol, it takes frames, keeps the last GOP warm
 * and knows its own health, so that the switch can take it to the air at once.
 */
export class MediaInput {
  readonly #tracks = new TrackSet()
  readonly #gop = new GopCache()
  #isOpen = false
  #meter = new InputMeter(0)
  #firstFrameMs: number | null = null
  #lastFrameMs: number | null = null
  #cleanSinceMs: number | null = null

  get tracks(): readonly Track[] {
    return this.#tracks.all
  }
  get gop(): readonly Frame[] {
    return this.#gop.frames
  }
  get isOpen(): boolean {
    return this.#isOpen
  }
  get meter(): InputMeter {
    return this.#meter
  }
  get lastFrameMs(): number | null {
    return this.#lastFrameMs
  }

  /** A session began: all that was known of an earlier one is forgotten. */
  open(nowMs: number): void {
    this.close()
    this.#isOpen = true
    this.#meter = new InputMeter(nowMs)
  }

  /** The session ended. */
  close(): void {
    this.#isOpen = false
    this.#tracks.clear()
    this.#gop.clear()
    this.#firstFrameMs = null
    this.#lastFrameMs = null
    this.#cleanSinceMs = null
  }

  /** Notes a track; true when it is new or changed. A changed video configuration empties the cached GOP. */
  putTrack(track: Track): boolean {
    const isNew = this.#tracks.put(track)
    if (isNew && track.kind === 'video') this.#gop.clear()
    return isNew
  }

  putFrame(frame: Frame, nowMs: number): void {
    this.putTrack(frame.track)
    this.#gop.push(frame)
    this.#meter.add(frame, nowMs)
    this.#firstFrameMs ??= nowMs
    if (this.#lastFrameMs === null || nowMs - this.#lastFrameMs > cleanGapMs) this.#cleanSinceMs = nowMs
    this.#lastFrameMs = nowMs
  }

  health(nowMs: number): InputHealth {
    return { isOpen: this.#isOpen, lastFrameMs: this.#lastFrameMs, hasKey: this.#hasStart(nowMs), cleanSinceMs: this.#cleanSinceMs }
  }

  /** Whether a programme can start from what is cached: a key frame, and the other kind of track known or not to be expected. */
  #hasStart(nowMs: number): boolean {
    const first = this.#gop.frames[0]
    if (first === undefined || this.#firstFrameMs === null) return false
    const ageMs = nowMs - this.#firstFrameMs
    // Audio stands first while no frame of video has come, also when an encoder has announced video that it does not send.
    if (first.track.kind === 'audio') return ageMs >= videoWaitMs
    return this.#tracks.audio !== undefined || ageMs >= audioWaitMs
  }
}
