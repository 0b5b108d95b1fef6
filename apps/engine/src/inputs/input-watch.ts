import type { MeasuredFault } from '@sluice/base/words'
import type { Frame } from '@sluice/codecs/frame'
import type { ContentMeasures, SourcePolicy } from '@sluice/contract/link'
import type { MediaInput } from '@sluice/media/input'
import type { SourceSwitch } from '@sluice/media/programme'
import type { ContentWatcher, WatchState, WatchTap, WatchWants } from '../watch/index.ts'

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
  /** Why its video or audio gives nothing to judge. */
  // bound: two kinds of media
  readonly #undecoded = new Map<'video' | 'audio', string>()
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

  /** The fault that was there at the last look. */
  get seen(): MeasuredFault | null {
    return this.#seen
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
      ...this.#state(this.#watcher),
      picture: picture === null ? null : rounded(picture),
      sound: sound === null ? null : rounded(sound),
      fault: this.#fault(nowMs),
    }
  }

  /** Once a second. `news`: a fault that is to be told now, since it has lasted for two looks and was not told of late. */
  look(nowMs: number): { readonly isChanged: boolean; readonly news: MeasuredFault | null } {
    const fault = this.#tap === null ? null : this.#fault(nowMs)
    const isChanged = fault !== this.#seen
    this.#seen = fault
    if (fault === null) this.#told = null
    if (fault === null || isChanged || fault === this.#told || nowMs - this.#toldMs < newsMs) return { isChanged, news: null }
    this.#noteTold(fault, nowMs)
    return { isChanged, news: fault }
  }

  /** The source left this input: a fault of picture or sound is told by that. */
  noteLeft({ cause, atMs }: SourceSwitch): void {
    if (cause === 'black' || cause === 'frozen' || cause === 'audio-silent') this.#noteTold(cause, atMs)
  }

  #noteTold(fault: MeasuredFault, nowMs: number): void {
    this.#told = fault
    this.#toldMs = nowMs
  }

  #state({ state }: ContentWatcher): WatchState {
    const own = [...this.#undecoded].map(([kind, reason]) => `its ${kind} can't be decoded (${reason})`)
    return state.state === 'measuring' && own.length > 0 ? { ...state, reason: own.join(', ') } : state
  }

  #fault(nowMs: number): MeasuredFault | null {
    return this.#triggers === undefined ? null : this.#media.measuredFault(this.#triggers, nowMs)
  }

  #retap(): void {
    const { picture, sound } = this.#wants
    if (!this.#isOpen || this.#watcher === undefined || !(picture || sound)) return
    const media = this.#media
    this.#tap = this.#watcher.tap(this.#wants, {
      onPicture: (measure) => {
        this.#undecoded.delete('video')
        media.notePicture(measure)
      },
      onSound: (measure) => {
        this.#undecoded.delete('audio')
        media.noteSound(measure)
      },
      onUndecoded: ({ kind, reason }) => void this.#undecoded.set(kind, reason),
      onUnjudged: () => media.forgetMeasures(),
    })
  }

  #untap(): void {
    this.#tap?.close()
    this.#tap = null
    this.#seen = null
    this.#undecoded.clear()
    this.#media.forgetMeasures()
  }
}

/** To a thousandth: the link carries these each second. */
function rounded<Reading extends object>(reading: Reading): Reading {
  const entries = Object.entries(reading).map(([key, value]) => [key, typeof value === 'number' ? Math.round(value * 1000) / 1000 : value])
  return Object.fromEntries(entries) as Reading
}
