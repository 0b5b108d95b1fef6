import type { ReadMpd, ReadPeriod, ReadRepresentation } from '@sluice/containers/mpd'
import type { ProbeFault } from '@sluice/contract/prober'

/** A segment that grows is told by what it should last; once it is whole it stays. */
const slackMs = 250
/** The ends of picture and sound lie a segment apart at most, while one of them is listed first. */
const maxApartMs = 6000
/** What a segment was told as is kept so long behind the newest one. */
const keptSegments = 512

export type NewestSegment = {
  readonly key: string
  readonly representation: ReadRepresentation
  /** The newest that does not grow any more: its length is what it is. Null: there is none yet. */
  readonly whole: WholeSegment | null
  /** Of the presentation, where the newest of all ends. */
  readonly endMs: number
}
export type WholeSegment = { readonly number: number; readonly url: string; readonly durationMs: number }

type Known = { readonly url: string; readonly startMs: number }

/** Holds every version of a manifest against those before it, as players do. What is found wrong is taken as it is from then on. Pure. Spec: ISO/IEC 23009-1 §5.4 */
export class ManifestRules {
  // bound: `keptSegments`, the oldest go
  readonly #known = new Map<string, Known>()
  // bound: periods of the last manifest
  #periods = new Map<string, number>()
  #availabilityStartMs: number | null = null
  #endMs = 0

  check(mpd: ReadMpd): ProbeFault[] {
    const faults: ProbeFault[] = []
    const { availabilityStartMs: startMs } = mpd
    if (this.#availabilityStartMs !== null && startMs !== this.#availabilityStartMs) {
      const [before, now] = [String(this.#availabilityStartMs), String(startMs)]
      faults.push({ code: 'target-changed', figures: { what: 'availabilityStartTime', before, now } })
      this.#known.clear()
      this.#periods.clear()
      this.#endMs = 0
    }
    this.#availabilityStartMs = startMs
    faults.push(...this.#sequence(mpd))
    const moved = mpd.periods.find(({ id, startMs: at }) => Math.abs((this.#periods.get(id) ?? at) - at) > slackMs)
    if (moved !== undefined) faults.push({ code: 'segment-changed', figures: { what: 'period', period: moved.id } })
    this.#periods = new Map(mpd.periods.map(({ id, startMs: at }) => [id, at]))
    for (const period of mpd.periods) faults.push(...this.#segments(period))
    for (const key of this.#known.keys()) {
      if (this.#known.size <= keptSegments) break
      this.#known.delete(key)
    }
    return [...new Map(faults.map((fault) => [fault.code, fault])).values()]
  }

  #sequence(mpd: ReadMpd): ProbeFault[] {
    const ends = newestOf(mpd)
    const endMs = Math.max(0, ...ends.map((newest) => newest.endMs))
    const faults: ProbeFault[] = []
    if (endMs < this.#endMs - maxApartMs)
      faults.push({ code: 'sequence-back', figures: { before: Math.round(this.#endMs), now: Math.round(endMs) } })
    this.#endMs = endMs
    const apartMs = Math.round(endMs - Math.min(endMs, ...ends.map((newest) => newest.endMs)))
    if (apartMs > maxApartMs) faults.push({ code: 'renditions-apart', figures: { apartMs } })
    return faults
  }

  /** The address of a number, and where it begins, stay. */
  #segments(period: ReadPeriod): ProbeFault[] {
    for (const { representations } of period.sets) {
      for (const representation of representations) {
        for (const { number, url, time } of representation.segments) {
          const key = `${period.id} ${representation.id} ${number}`
          const now = { url, startMs: ((time - representation.presentationTimeOffset) / representation.timescale) * 1000 }
          const before = this.#known.get(key)
          this.#known.delete(key)
          this.#known.set(key, now)
          if (before === undefined) continue
          if (before.url !== url || Math.abs(before.startMs - now.startMs) > slackMs)
            return [{ code: 'segment-changed', figures: { segment: number, what: before.url === url ? 'time' : 'address' } }]
        }
      }
    }
    return []
  }
}

/** The newest segment of the best representation of each set. */
export function newestOf({ periods }: ReadMpd): NewestSegment[] {
  const period = periods.at(-1)
  if (period === undefined) return []
  return period.sets.flatMap(({ id, representations }) => {
    const best = representations.toSorted((a, b) => b.bandwidthBps - a.bandwidthBps)[0]
    const last = best?.segments.at(-1)
    if (best === undefined || last === undefined) return []
    const { timescale, presentationTimeOffset: offset } = best
    const endMs = period.startMs + ((last.time + last.duration - offset) / timescale) * 1000
    const before = best.segments.at(-2)
    const whole = before === undefined ? null : { number: before.number, url: before.url, durationMs: (before.duration / timescale) * 1000 }
    return [{ key: `${period.id} ${id} ${best.id}`, representation: best, whole, endMs }]
  })
}
