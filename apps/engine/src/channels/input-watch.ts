import type { Frame } from '@sluice/codecs/frame'
import type { ContentMeasures, SourcePolicy } from '@sluice/contract/link'
import type { MeasuredFault, MediaInput } from '@sluice/media/input'
import type { ContentWatcher } from '../watch/content-watcher.ts'
import type { WatchTap, WatchWants } from '../watch/watch-tap.ts'

type Triggers = NonNullable<SourcePolicy['triggers']>

/** A fault that comes and goes is told at most this often an input. */
const newsMs = 60_000

/** Has one input's sessions measured while its channel has a trigger on picture or sound. With all of them off it costs nothing. */
export class InputWatch {
  readonly #watcher: ContentWatcher | undefined
  readonly #media: MediaInput
  #triggers: Triggers | undefined
  #wants: WatchWants = { picture: false, sound: false }
  #isOpen = false
  #tap: WatchTap | null = null
  #seen: MeasuredFault | null = null
  #told: MeasuredFault | null = null
  #toldMs = Number.NEGATIVE_INFINITY

  constructor(watcher: ContentWatcher | undefined, media: MediaInput) {
    this.#watcher = watcher
    this.#media = media
  }

  setTriggers(triggers: Triggers | undefined): void {
    this.#triggers = triggers
    const picture = (triggers?.blackMs ?? 0) > 0 || (triggers?.freezeMs ?? 0) > 0
    const sound = (triggers?.silenceMs ?? 0) > 0
    if (picture === this.#wants.picture && sound === this.#wants.sound) return
    this.#wants = { picture, sound }
    this.#untap()
    this.#retap()
  }

  /** A session began. */
  open(): void {
    this.#isOpen = true
    this.#untap()
    this.#retap()
  }

  close(): void {
    this.#isOpen = false
    this.#untap()
  }

  /** Hot path: every frame of the input. */
  putFrame(frame: Frame): void {
    if (this.#tap !== null) this.#tap.putFrame(frame)
  }

  /** What is measured, for people; null when nothing is to be. */
  measures(nowMs: number): ContentMeasures | null {
    if (this.#tap === null || this.#watcher === undefined || this.#triggers === undefined) return null
    const { picture, sound } = this.#media.measured(nowMs)
    return {
      ...this.#watcher.state,
      picture: picture === null ? null : rounded(picture),
      sound: sound === null ? null : rounded(sound),
      fault: this.#fault(nowMs),
    }
  }

  /** A fault that is to be told now, once a second: it has lasted for two looks, and was not told of late. */
  news(nowMs: number): MeasuredFault | null {
    const fault = this.#tap === null ? null : this.#fault(nowMs)
    const hasLasted = fault === this.#seen
    this.#seen = fault
    if (fault === null) this.#told = null
    if (fault === null || !hasLasted || fault === this.#told || nowMs - this.#toldMs < newsMs) return null
    this.noteTold(fault, nowMs)
    return fault
  }

  /** A switch has told of it already. */
  noteTold(fault: MeasuredFault, nowMs: number): void {
    this.#told = fault
    this.#toldMs = nowMs
  }

  #fault(nowMs: number): MeasuredFault | null {
    return this.#triggers === undefined ? null : this.#media.measuredFault(this.#triggers, nowMs)
  }

  #retap(): void {
    const { picture, sound } = this.#wants
    if (!this.#isOpen || this.#watcher === undefined || !(picture || sound)) return
    const media = this.#media
    this.#tap = this.#watcher.tap(this.#wants, {
      onPicture: (measure) => media.notePicture(measure),
      onSound: (measure) => media.noteSound(measure),
      onUnjudged: () => media.forgetMeasures(),
    })
  }

  #untap(): void {
    this.#tap?.close()
    this.#tap = null
    this.#seen = null
    this.#media.forgetMeasures()
  }
}

/** To a thousandth: the link carries these each second. */
function rounded<Reading extends object>(reading: Reading): Reading {
  const entries = Object.entries(reading).map(([key, value]) => [key, typeof value === 'number' ? Math.round(value * 1000) / 1000 : value])
  return Object.fromEntries(entries) as Reading
}
