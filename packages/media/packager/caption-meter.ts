import { type CaptionFields, readCaptionFields } from '@sluice/codecs/captions'
import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { nalLengthBytes } from '@sluice/codecs/track'
import type { CaptionService } from '../store/index.ts'

/** Captions pause between sentences: what came for so long, and so lately, is there. */
const seenTicks = 10 * ticksPerSecond
const pauseTicks = 20 * ticksPerSecond
const services = { cc1: 'CC1', cc3: 'CC3', service1: 'SERVICE1' } as const

type Span = { first: number; last: number }

/** Finds out which captions the pictures have. One that was found stays: a player that knows of it keeps it in its menu. */
export class CaptionMeter {
  readonly #now: CaptionFields = { cc1: false, cc3: false, service1: false }
  // bound: one a service
  readonly #spans = new Map<keyof CaptionFields, Span>()
  // bound: one a service
  readonly #found = new Set<keyof CaptionFields>()
  #since = Number.NaN
  #told: string | null = null

  /** Takes a picture. The services when they are others than before; null: nothing new. */
  note(frame: Frame): readonly CaptionService[] | null {
    const { track, dts, bytes } = frame
    if (track.codec !== 'h264' && track.codec !== 'h265') return this.#tell('', [])
    if (!(dts - this.#since >= 0)) this.#since = dts
    const now = this.#now
    now.cc1 = now.cc3 = now.service1 = false
    readCaptionFields(track.codec, bytes, nalLengthBytes(track), now)
    for (const field of ['cc1', 'cc3', 'service1'] as const) if (now[field]) this.#see(field, dts)
    const isKnown = this.#found.size > 0 || dts - this.#since >= seenTicks
    // CEA-708 carries the same words as 608 beside it: one of them is enough of a choice.
    const all = [...this.#found].filter((field) => field !== 'service1' || this.#found.size === 1).map((field) => services[field])
    all.sort()
    return isKnown ? this.#tell(all.join(), all) : null
  }

  /** Another broadcast: what was found is no word on it. */
  forget(): void {
    this.#spans.clear()
    this.#found.clear()
    this.#since = Number.NaN
    this.#told = null
  }

  #see(field: keyof CaptionFields, dts: number): void {
    const span = this.#spans.get(field)
    if (span === undefined || !(dts - span.last >= 0 && dts - span.last < pauseTicks)) this.#spans.set(field, { first: dts, last: dts })
    else {
      span.last = dts
      if (dts - span.first >= seenTicks) this.#found.add(field)
    }
  }

  #tell(key: string, all: readonly CaptionService[]): readonly CaptionService[] | null {
    if (key === this.#told) return null
    this.#told = key
    return all
  }
}
