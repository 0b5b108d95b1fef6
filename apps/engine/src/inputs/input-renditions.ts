import type { Clock } from '@sluice/base/clock'
import type { Frame, Track, VideoTrack } from '@sluice/codecs/frame'
import { ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import type { InputStats } from '@sluice/contract/link'
import { describeTrack } from './track-facts.ts'

type RenditionFigures = NonNullable<InputStats['renditions']>[number]

/** One that gave nothing for so long is not there. */
const goneMs = 3000
/** OBS starts ten encoders at most; what comes beyond that is left out. */
const maxRenditions = 16
/** Rates are means over so many GOPs. */
const keptGops = 4

type Rendition = {
  track: VideoTrack
  /** Of the GOP that has begun; of the first one from whatever came first. */
  bytes: number
  frames: number
  beganMs: number
  lastMs: number
  lastKeyDts: number | null
  /** The first GOP spends what the encoder's buffer holds, and says nothing of its rate. */
  isFirstGop: boolean
  // bound: `keptGops`, the oldest goes for the next
  gops: Gop[]
}

/** In the encoder's own time: a rate over seconds of the clock swings with the key frames in them. */
type Gop = { readonly ticks: number; readonly bytes: number; readonly frames: number }

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
      const figures = { bytes: 0, frames: 0, beganMs: nowMs, lastMs: nowMs, lastKeyDts: null, isFirstGop: true, gops: [] }
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
    one.lastMs = this.#clock.nowMs()
    if (frame.isKey) {
      if (one.lastKeyDts !== null && frame.dts > one.lastKeyDts) keepGop(one, frame.dts - one.lastKeyDts)
      Object.assign(one, { lastKeyDts: frame.dts, bytes: 0, frames: 0, beganMs: one.lastMs })
    }
    one.bytes += frame.bytes.length
    one.frames++
    this.#putOut(frame)
  }

  endTrack(kind: Track['kind'], id: number): void {
    if (kind === 'video') this.#byId.delete(id)
  }

  describe(): string[] {
    return this.#inOrder().map(({ track }) => describeTrack(track))
  }

  /** Rates over the last whole GOPs of each; before the first that counts, of the GOP that has begun. */
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

function keepGop(one: Rendition, ticks: number): void {
  if (!one.isFirstGop) one.gops.push({ ticks, bytes: one.bytes, frames: one.frames })
  if (one.gops.length > keptGops) one.gops.shift()
  one.isFirstGop = false
}

function read({ track, gops, bytes, frames, beganMs }: Rendition, nowMs: number): RenditionFigures {
  const { id, codec, width, height, fps } = track
  const last = gops.at(-1)
  const seen = last === undefined ? [{ bytes, frames, ticks: Math.max(1, nowMs - beganMs) * ticksPerMs }] : gops
  const sum = (of: (gop: Gop) => number): number => seen.reduce((total, gop) => total + of(gop), 0)
  const seconds = sum(({ ticks }) => ticks) / ticksPerSecond
  return {
    ...{ track: id, codec, width, height },
    fps: fps ?? Math.round((sum((gop) => gop.frames) / seconds) * 100) / 100,
    videoBps: Math.round((sum((gop) => gop.bytes) * 8) / seconds),
    gopMs: last === undefined ? null : Math.round(last.ticks / ticksPerMs),
  }
}
