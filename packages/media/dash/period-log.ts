import { ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { sourceRung } from '../rung/index.ts'
import type { MediaStore, Rendition, Segment } from '../store/index.ts'

/** A run of segments that one set of encodings covers without a break in time. It keeps what it was announced with, also when its first segments have left. */
export type LoggedPeriod = {
  readonly id: string
  readonly firstNumber: number
  readonly lastNumber: number
  /** When its first picture is shown: on the wall clock since 1970, and in programme time. One count of 1/90000 s. */
  readonly start90k: number
  readonly startPts: number
  /** It goes on in time where the one before ended. */
  readonly isContinuous: boolean
  /** Renditions that have media in all of it, with the version of their configuration. */
  readonly members: ReadonlyMap<string, number>
}

/** Encoded rungs lag by less than a second, silence in place of a sound by one and a part. */
const lateTicks = 2 * ticksPerSecond

type Growing = { -readonly [key in keyof LoggedPeriod]: LoggedPeriod[key] }

export const segmentAt = ({ segments }: Rendition, number: number): Segment | undefined => segments[number - (segments[0]?.number ?? 0)]

/**
 * Divides the segments of a store into periods: a splice begins one, and so does another set of encodings or another configuration of one of them.
 * Each number is judged once, when its first part is there, so that no period changes after it was told. Spec: ISO/IEC 23009-1 §5.3.2
 */
export class PeriodLog {
  readonly #store: MediaStore
  // bound: those with a segment in the store
  #periods: Growing[] = []
  /** The segment that is judged next. */
  #next = 0

  constructor(store: MediaStore) {
    this.#store = store
  }

  /** Oldest first. */
  get periods(): readonly LoggedPeriod[] {
    return this.#periods
  }

  clear(): void {
    this.#periods = []
  }

  /** Judges what is new of the renditions that players may have. */
  note(shown: readonly Rendition[]): void {
    const filled = shown.filter(({ isEmpty }) => !isEmpty)
    if (filled.length === 0) return
    const oldest = Math.min(...filled.map(({ segments }) => segments[0]!.number))
    const newest = Math.max(...filled.map(({ last }) => last!.number))
    while ((this.#periods[0]?.lastNumber ?? oldest) < oldest) this.#periods.shift()
    for (let number = Math.max(this.#next, oldest); number <= newest; number++) {
      const segments = filled.flatMap((rendition) => segmentAt(rendition, number) ?? [])
      if (number === newest && !this.#canJudge(segments)) break
      this.#next = number + 1
      if (segments.some(hasMedia)) this.#judge(number, segments, filled)
    }
  }

  /** The very first segment has to be whole: until then it is not known which tracks there are. */
  #canJudge(segments: readonly Segment[]): boolean {
    if (!segments.some(hasMedia)) return false
    return this.#periods.length > 0 || this.#store.state === 'ended' || segments.every(({ isWhole }) => isWhole)
  }

  #judge(number: number, segments: readonly Segment[], shown: readonly Rendition[]): void {
    const before = this.#periods.at(-1)
    const isNext = before?.lastNumber === number - 1
    const lead = segments.find(hasMedia)!
    const members = new Map(shown.flatMap((rendition) => this.#memberAt(rendition, lead, isNext ? before : undefined) ?? []))
    const { isSpliced, splices, startPts, startWallMs } = lead
    const isContinuous = before !== undefined && isNext && !isSpliced
    if (isContinuous && isSame(before.members, members)) {
      before.lastNumber = number
      return
    }
    const wallMs = this.#store.boundary(number)?.startWallMs ?? startWallMs
    const endedAt = before === undefined ? 0 : before.start90k + this.#endPts(before, shown) - before.startPts
    const run = `${this.#store.firstNumber.toString(36)}-${splices}`
    this.#periods.push({
      // A run has one period as a rule: its id does not depend on where the window began when it was first seen.
      id: before?.id.split('.')[0] === run ? `${run}.${number}` : run,
      firstNumber: number,
      lastNumber: number,
      start90k: isContinuous ? before.start90k + startPts - before.startPts : Math.max(Math.round(wallMs * ticksPerMs), endedAt),
      startPts,
      isContinuous,
      members,
    })
  }

  /** A rendition that lags is there by the time that somebody asks. One that has only gaps here is not. */
  #memberAt(rendition: Rendition, { number, startPts }: Segment, before: LoggedPeriod | undefined): [string, number][] | null {
    const segment = segmentAt(rendition, number)
    if (segment === undefined) {
      const { last, init } = rendition
      if (last === undefined || init === null || last.number > number || this.#store.state !== 'on') return null
      if (rendition.kind === 'video' && !this.#hasPictures(number)) return null
      const isLate = last.number === number - 1 || startPts - last.startDts - last.duration90k <= lateTicks
      return isLate ? [[rendition.id, init.version]] : null
    }
    if (segment.init === null) return null
    const isMember = hasMedia(segment) || (!segment.isWhole && (segment.parts.length === 0 || before?.members.has(rendition.id)))
    return isMember ? [[rendition.id, segment.init.version]] : null
  }

  /** Pictures of the source say where segments begin, and those of its rungs come after them. Where there are none of the source, none will come. */
  #hasPictures(number: number): boolean {
    const source = this.#store.renditions.find(({ kind, rung }) => kind === 'video' && rung === sourceRung)
    return source === undefined || segmentAt(source, number) !== undefined
  }

  #endPts({ lastNumber }: LoggedPeriod, shown: readonly Rendition[]): number {
    const ends = shown
      .flatMap((rendition) => segmentAt(rendition, lastNumber) ?? [])
      .map(({ startPts, duration90k }) => startPts + duration90k)
    return Math.round(Math.max(0, ...ends))
  }
}

const hasMedia = ({ parts }: Segment): boolean => parts.some(({ isGap }) => !isGap)

const isSame = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([id, version]) => b.get(id) === version)
