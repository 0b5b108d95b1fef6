import type { LivePlaylist, LiveSegment } from '@sluice/containers/m3u8'
import type { ProbeFault } from '@sluice/contract/prober'

/** A playlist says durations with five decimals and times to the millisecond. */
const roundingS = 0.0011
const dateSlackMs = 50
/** What a number stood for is kept so long behind the newest one. */
const keptNumbers = 256

type Known = {
  readonly uri: string | null
  readonly durationS: number
  readonly isSpliced: boolean
  readonly mapUri: string | null
  readonly dateMs: number | null
  readonly discontinuity: number
}

/** How a playlist is reached: one of low latency has more to keep. */
export type RulesOptions = { readonly isLowLatency: boolean }

/**
 * Holds every version of one media playlist against those before it, as players do that stop when a rule is broken. What is found wrong is taken
 * as it is from then on, so that one break is found once. Pure. Spec: RFC 8216 §6.2, draft-pantos-hls-rfc8216bis §6.2, Apple HLS authoring 8
 */
export class PlaylistRules {
  readonly #options: RulesOptions
  // bound: `keptNumbers`, older ones are forgotten with each version
  readonly #known = new Map<number, Known>()
  #last: LivePlaylist | null = null

  constructor(options: RulesOptions) {
    this.#options = options
  }

  /** What the version breaks, each rule once. */
  check(list: LivePlaylist): ProbeFault[] {
    const before = this.#last
    const faults: ProbeFault[] = [...this.#promises(list, before), ...this.#sequence(list, before), ...this.#segments(list)]
    if (before !== null && this.#options.isLowLatency) faults.push(...hintOf(before, list))
    this.#last = list
    return faults
  }

  #promises({ promises }: LivePlaylist, before: LivePlaylist | null): ProbeFault[] {
    const faults: ProbeFault[] = []
    const { targetDurationS, partTargetS, partHoldBackS, holdBackS } = promises
    if (before !== null) {
      const changed = Object.entries(promises).find(([name, value]) => before.promises[name as keyof typeof promises] !== value)
      if (changed !== undefined) {
        const [name, now] = changed
        faults.push({
          code: 'target-changed',
          figures: { what: name, before: String(before.promises[name as keyof typeof promises]), now: String(now) },
        })
      }
    }
    if (holdBackS !== null && holdBackS < 3 * targetDurationS - roundingS)
      faults.push({ code: 'hold-back', figures: { foundS: holdBackS, neededS: 3 * targetDurationS } })
    if (!this.#options.isLowLatency) return faults
    if (partTargetS === null || partHoldBackS === null || !promises.canBlockReload) {
      faults.push({ code: 'reload-unheld', figures: { heldMs: 0 } })
    } else if (partHoldBackS < 3 * partTargetS - roundingS) {
      faults.push({ code: 'hold-back', figures: { foundS: partHoldBackS, neededS: 3 * partTargetS } })
    }
    return faults
  }

  #sequence(list: LivePlaylist, before: LivePlaylist | null): ProbeFault[] {
    if (before === null) return []
    const faults: ProbeFault[] = []
    if (list.mediaSequence < before.mediaSequence || endNumber(list) < endNumber(before)) {
      // All that is known of the numbers goes with them: each would be found to have changed.
      this.#known.clear()
      faults.push({ code: 'sequence-back', figures: { before: endNumber(before), now: endNumber(list) } })
    } else if (list.discontinuitySequence < before.discontinuitySequence) {
      faults.push({ code: 'discontinuity-back', figures: { before: before.discontinuitySequence, now: list.discontinuitySequence } })
    }
    return faults
  }

  #segments(list: LivePlaylist): ProbeFault[] {
    const faults: ProbeFault[] = []
    let discontinuity = list.discontinuitySequence
    let last: LiveSegment | null = null
    for (const [i, segment] of list.segments.entries()) {
      if (segment.hasDiscontinuity) discontinuity++
      const number = list.mediaSequence + i
      if (Math.round(segment.durationS) > list.promises.targetDurationS)
        faults.push({
          code: 'segment-long',
          figures: { segment: number, lastsS: segment.durationS, targetS: list.promises.targetDurationS },
        })
      faults.push(...partsOf(segment, number, list), ...driftOf(last, segment, number), ...this.#same(number, segment, discontinuity))
      last = segment
    }
    faults.push(...partsOf(list.open, endNumber(list), list))
    for (const number of this.#known.keys()) if (number < endNumber(list) - keptNumbers) this.#known.delete(number)
    return firstOfEach(faults)
  }

  /** What was said of a number stays true. */
  #same(number: number, segment: LiveSegment, discontinuity: number): ProbeFault[] {
    const { uri, durationS, hasDiscontinuity: isSpliced, mapUri, programDateTimeMs: dateMs } = segment
    const now: Known = { uri: nameOf(uri), durationS, isSpliced, mapUri: nameOf(mapUri), dateMs, discontinuity }
    const before = this.#known.get(number)
    this.#known.set(number, now)
    if (before === undefined) return []
    const what = (Object.keys(now) as (keyof Known)[]).find((name) => now[name] !== before[name])
    if (what === undefined) return []
    return [{ code: 'segment-changed', figures: { segment: number, what, before: String(before[what]), now: String(now[what]) } }]
  }
}

/** The number of the segment that comes next. */
export const endNumber = ({ mediaSequence, segments }: LivePlaylist): number => mediaSequence + segments.length

/** A part may not last longer than was promised, and parts add up to their segment. */
function partsOf({ parts, durationS, uri }: LiveSegment, number: number, { promises: { partTargetS } }: LivePlaylist): ProbeFault[] {
  if (partTargetS === null || parts.length === 0) return []
  const long = parts.find((part) => part.durationS > partTargetS + roundingS)
  if (long !== undefined) return [{ code: 'part-long', figures: { segment: number, lastsS: long.durationS, targetS: partTargetS } }]
  const sumS = parts.reduce((sum, part) => sum + part.durationS, 0)
  if (uri !== null && Math.abs(sumS - durationS) > roundingS * (parts.length + 1))
    return [{ code: 'segment-changed', figures: { segment: number, what: 'parts', before: `${durationS} s`, now: `${sumS.toFixed(3)} s` } }]
  return []
}

/** Dates go on as the durations say; at a splice they may jump forward. */
function driftOf(last: LiveSegment | null, next: LiveSegment, number: number): ProbeFault[] {
  if (last === null || last.programDateTimeMs === null || next.programDateTimeMs === null) return []
  const driftMs = Math.round(next.programDateTimeMs - last.programDateTimeMs - last.durationS * 1000)
  if (driftMs > -dateSlackMs && (next.hasDiscontinuity || driftMs < dateSlackMs)) return []
  return [{ code: 'date-drift', figures: { segment: number, driftMs } }]
}

/** The very next part is where the hint pointed. A gap takes a number and no file. */
function hintOf(before: LivePlaylist, now: LivePlaylist): ProbeFault[] {
  if (before.hintUri === null || before.isEnded || now.isEnded) return []
  const next = nextPart(before, now)
  if (next === undefined || next.isGap || nameOf(next.uri) === nameOf(before.hintUri)) return []
  return [{ code: 'hint-broken', figures: { segment: endNumber(before) } }]
}

/** The part that came behind the last one of `before`; undefined: none yet, or it has left the list. */
function nextPart(before: LivePlaylist, now: LivePlaylist) {
  const number = endNumber(before)
  const at = (one: number): LiveSegment | undefined => (one === endNumber(now) ? now.open : now.segments[one - now.mediaSequence])
  const grown = at(number)
  if (grown === undefined || (grown.uri !== null && grown.parts.length === 0)) return undefined
  return grown.parts[before.open.parts.length] ?? (grown.uri === null ? undefined : at(number + 1)?.parts[0])
}

/** Where a file stands is as good from one reload to the next, however it is written. */
const nameOf = (uri: string | null): string | null => (uri === null ? null : (uri.split('/').at(-1) ?? uri))

/** A rule that is broken by many segments is broken once. */
function firstOfEach(faults: readonly ProbeFault[]): ProbeFault[] {
  const seen = new Map<string, ProbeFault>()
  for (const fault of faults) if (!seen.has(fault.code)) seen.set(fault.code, fault)
  return [...seen.values()]
}
