import type { Clock } from '@sluice/base/clock'
import type { Frame, Track, VideoTrack } from '@sluice/codecs/frame'
import { ticksPerMs } from '@sluice/codecs/frame'
import type { InputStats } from '@sluice/contract/link'
import { describeTrack } from './track-facts.ts'

type RenditionFigures = NonNullable<InputStats['renditions']>[number]

/** One that gave nothing for so long is not there. */
const goneMs = 3000
/** OBS starts ten encoders at most; what comes beyond that is left out. */
const maxRenditions = 16

type Rendition = {
  track: VideoTrack
  /** Since the last reading. */
  bytes: number
  frames: number
  readMs: number
  lastMs: number
  lastKeyDts: number | null
  gopMs: number | null
  videoBps: number
  fps: number
}

/**
 * Further encodings of an encoder's own picture, as OBS sends them with Enhanced Broadcasting: video tracks beside the first one. They go on the
 * programme's clock to rungs that take them. The input's health, its GOP and what outputs get of the source do not know of them.
 */
export class InputRenditions {
  readonly #clock: Clock
  readonly #putOut: (frame: Frame) => void
  #isOn = false
  // bound: `maxRenditions`, putTrack adds no more
  readonly #byId = new Map<number, Rendition>()

  constructor(clock: Clock, putOut: (frame: Frame) => void) {
    this.#clock = clock
    this.#putOut = putOut
  }

  /** A session begins; `isOn`: its encoder has asked for the encodings that it sends. */
  begin(isOn: boolean): void {
    this.#isOn = isOn
    this.#byId.clear()
  }

  /** True: it is one of them, and nothing else of the input is told of it. */
  putTrack(track: Track): boolean {
    if (!this.#isOn || track.kind !== 'video' || track.id === 0) return false
    const known = this.#byId.get(track.id)
    if (known !== undefined) Object.assign(known, { track, lastKeyDts: null })
    else if (this.#byId.size < maxRenditions) {
      const nowMs = this.#clock.nowMs()
      const figures = { bytes: 0, frames: 0, readMs: nowMs, lastMs: nowMs, lastKeyDts: null, gopMs: null, videoBps: 0, fps: 0 }
      this.#byId.set(track.id, { track, ...figures })
    }
    return true
  }

  /** The same for a frame. */
  putFrame(frame: Frame): boolean {
    const { track } = frame
    if (!this.#isOn || track.kind !== 'video' || track.id === 0) return false
    if (this.#byId.get(track.id)?.track !== track) this.putTrack(track)
    const one = this.#byId.get(track.id)
    if (one !== undefined) this.#pass(one, frame)
    return true
  }

  #pass(one: Rendition, frame: Frame): void {
    one.bytes += frame.bytes.length
    one.frames++
    one.lastMs = this.#clock.nowMs()
    if (frame.isKey) {
      one.gopMs = one.lastKeyDts === null ? one.gopMs : Math.round((frame.dts - one.lastKeyDts) / ticksPerMs)
      one.lastKeyDts = frame.dts
    }
    this.#putOut(frame)
  }

  endTrack(kind: Track['kind'], id: number): void {
    if (kind === 'video') this.#byId.delete(id)
  }

  describe(): string[] {
    return this.#inOrder().map(({ track }) => describeTrack(track))
  }

  /** Over the time since the call before. */
  stats(): Pick<InputStats, 'renditions'> {
    const nowMs = this.#clock.nowMs()
    for (const [id, { lastMs }] of this.#byId) if (nowMs - lastMs > goneMs) this.#byId.delete(id)
    if (this.#byId.size === 0) return {}
    return { renditions: this.#inOrder().map((one) => read(one, nowMs)) }
  }

  #inOrder(): Rendition[] {
    return [...this.#byId.values()].sort((a, b) => a.track.id - b.track.id)
  }
}

function read(one: Rendition, nowMs: number): RenditionFigures {
  const seconds = (nowMs - one.readMs) / 1000
  // Two looks within one moment tell nothing new.
  if (seconds >= 0.5) {
    one.videoBps = Math.round((one.bytes * 8) / seconds)
    one.fps = Math.round((one.frames / seconds) * 100) / 100
    Object.assign(one, { bytes: 0, frames: 0, readMs: nowMs })
  }
  const { id, codec, width, height, fps } = one.track
  return { track: id, codec, width, height, fps: fps ?? one.fps, videoBps: one.videoBps, gopMs: one.gopMs }
}
