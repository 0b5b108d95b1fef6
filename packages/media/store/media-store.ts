import type { Clock, Timer } from '@sluice/base/clock'
import { ticksPerMs } from '@sluice/codecs/frame'
import type { Boundary, TimedEvent } from './part.ts'
import { Rendition, type RenditionFacts, wallAt } from './rendition.ts'

/** So many bytes are kept of a channel, and never less than three segments of each rendition. */
const defaultMaxBytes = 128 * 1024 * 1024
const minSegments = 3
/** Files stay for so many target durations after their segment left the list. Spec: draft-pantos-hls-rfc8216bis §6.2.2 */
const keptTargets = 3
/** After the end of the programme its last moments can be fetched for so long: players end cleanly instead of meeting a 404. */
const endedMs = 60_000
/** Encoded rungs lag by less than a second. */
const maxBoundaries = 64

/** An hour of breaks, and of cues some seconds apart. */
const maxTimed = 256
const maxTimedBytes = 512 * 1024

/** CEA-608 channels of both fields, and the first service of CEA-708. Spec: RFC 8216 §4.3.4.1 (INSTREAM-ID) */
export type CaptionService = 'CC1' | 'CC3' | 'SERVICE1'

/** A view of the store: playlists, a manifest, a recording. Called inside the programme's turn, so it may not wait. */
export interface StoreReader {
  /** Something new can be shown. Once for all that happened in one turn. */
  onChange(): void
  /** The store is empty. */
  onCleared?(): void
}

export type StoreOptions = {
  readonly clock: Clock
  /** The oldest segment leaves the list for the next one beyond so many. */
  readonly maxSegments: number
  /** Seconds, whole: no segment lasts longer, rounded. */
  readonly targetDurationS: number
  readonly maxBytes?: number
  /** Splices count from here, so that a process that starts anew does not give an old count to new times; 0 unless given. */
  readonly firstSplices?: number
  /** Numbers go on from here; absent: from the second since 1970. */
  readonly after?: { readonly number: number; readonly splices: number }
}

/**
 * The last segments of a channel's programme, each track of each rung apart, in memory. Packagers write; views subscribe and read. The store
 * numbers segments, so that one number is the same moment in every rendition, and says where the programme was spliced and when it was made.
 */
export class MediaStore {
  /** Seconds since 1970, as segments last longer than one on the whole: a restart never goes back, and it fits 31 bits until 2038. */
  readonly firstNumber: number
  readonly targetDurationS: number
  readonly maxSegments: number
  readonly #clock: Clock
  readonly #maxBytes: number
  // bound: one a track of a rung, see the packagers
  readonly #renditions = new Map<string, Rendition>()
  // bound: at most `maxBoundaries` of them
  readonly #boundaries: Boundary[] = []
  /** Oldest first, by id. */
  // bound: `maxTimed` of them with `maxTimedBytes` together, the oldest go
  #timed: readonly TimedEvent[] = []
  #captions: readonly CaptionService[] | null = null
  #nextEvent: number
  // bound: one a view
  readonly #readers = new Set<StoreReader>()
  #nextNumber: number
  #isSpliced: boolean
  #splices: number
  #state: 'empty' | 'on' | 'ended' = 'empty'
  #endTimer: Timer | null = null
  #knownPts = 0

  constructor({ clock, maxSegments, targetDurationS, maxBytes = defaultMaxBytes, firstSplices = 0, after }: StoreOptions) {
    this.#clock = clock
    this.#maxBytes = maxBytes
    this.maxSegments = maxSegments
    this.targetDurationS = targetDurationS
    this.firstNumber = Math.max(Math.floor(clock.wallMs() / 1000), (after?.number ?? 0) + 1)
    this.#nextNumber = this.firstNumber
    this.#nextEvent = this.firstNumber * 1000
    this.#splices = after?.splices ?? firstSplices
    this.#isSpliced = after !== undefined
  }

  /** `ended`: the programme is over, and its last segments are still there. */
  get state(): 'empty' | 'on' | 'ended' {
    return this.#state
  }
  get renditions(): readonly Rendition[] {
    return [...this.#renditions.values()]
  }
  rendition(id: string): Rendition | undefined {
    return this.#renditions.get(id)
  }
  get segmentsTotal(): number {
    return this.#nextNumber - this.firstNumber
  }
  get bytes(): number {
    return this.renditions.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  get nowMs(): number {
    return this.#clock.nowMs()
  }
  /** For a store that takes this one's place under the same addresses. */
  get position(): { readonly number: number; readonly splices: number } {
    return { number: this.#nextNumber - 1, splices: this.#splices }
  }

  /** Adds a view. It reads what is there by itself, and hears of what comes. Answers the end of the subscription. */
  subscribe(reader: StoreReader): () => void {
    this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }

  /** The rendition of these facts: a new one, or the one that is there. */
  open(facts: RenditionFacts): Rendition {
    const known = this.#renditions.get(facts.id)
    if (known !== undefined) return known
    const rendition = new Rendition(facts, this.firstNumber * 1000)
    this.#renditions.set(facts.id, rendition)
    return rendition
  }

  /** The next segment begins with the frame of these times, which has just come in. */
  begin(startDts: number, startPts: number = startDts): Boundary {
    if (this.#state === 'ended') this.#empty()
    this.#state = 'on'
    const last = this.#boundaries.at(-1)
    const wallMs = this.#clock.wallMs()
    const ended = last === undefined ? 0 : wallAt(last, this.#endDts(last))
    const startWallMs = last === undefined || this.#isSpliced ? Math.max(wallMs, ended) : wallAt(last, startDts)
    if (this.#isSpliced) this.#splices++
    const boundary = { number: this.#nextNumber++, startDts, startPts, isSpliced: this.#isSpliced, splices: this.#splices, startWallMs }
    this.#isSpliced = false
    this.#boundaries.push(boundary)
    if (this.#boundaries.length > maxBoundaries) this.#boundaries.shift()
    return boundary
  }

  /** Nothing of the segment that began last was kept: its number is for the next one. */
  retract(): void {
    const last = this.#boundaries.at(-1)
    if (last === undefined || this.renditions.some((rendition) => rendition.last?.number === last.number)) return
    this.#boundaries.pop()
    this.#nextNumber = last.number
    if (last.isSpliced) this.#splices--
    this.#isSpliced = last.isSpliced
  }

  /** Undefined: it is not known yet where that segment begins, or no more. */
  boundary(number: number): Boundary | undefined {
    return this.#boundaries[number - (this.#boundaries[0]?.number ?? 0)]
  }

  /** The newest segment whose first picture is shown at `pts` or before; undefined: none. */
  boundaryAt(pts: number): Boundary | undefined {
    return this.#boundaries.findLast(({ startPts }) => startPts <= pts)
  }

  /** No segment will begin with a picture that is shown before this. */
  get knownPts(): number {
    return this.#knownPts
  }
  reach(pts: number): void {
    this.#knownPts = pts
  }

  /** What happened lately or will soon, oldest word first. */
  get timed(): readonly TimedEvent[] {
    return this.#timed
  }

  /** Something happens at `pts`, which may lie some seconds ahead. */
  note(kind: TimedEvent['kind'], pts: number, bytes: Uint8Array): TimedEvent {
    const at = this.boundaryAt(pts) ?? this.#boundaries[0]
    const wallMs = Math.round(at === undefined ? this.#clock.wallMs() : at.startWallMs + (pts - at.startPts) / ticksPerMs)
    const event = { kind, id: this.#nextEvent++, pts, wallMs, bytes }
    this.putTimed([...this.#timed, event])
    return event
  }

  /** In place of all that was known. */
  putTimed(events: readonly TimedEvent[]): void {
    let from = Math.max(0, events.length - maxTimed)
    let bytes = events.slice(from).reduce((sum, one) => sum + one.bytes.length, 0)
    while (bytes > maxTimedBytes) bytes -= events[from++]!.bytes.length
    this.#timed = events.slice(from)
  }

  /** Services of captions in the pictures, as HLS names them (`CC1`, `SERVICE1`); none: there are none. Null: not known yet. */
  get captions(): readonly CaptionService[] | null {
    return this.#captions
  }
  setCaptions(services: readonly CaptionService[] | null): void {
    this.#captions = services
  }

  /** A rendition that nobody gets any longer. */
  remove(id: string): void {
    this.#renditions.get(id)?.clear()
    this.#renditions.delete(id)
  }

  /** What comes next does not continue what there is. */
  splice(): void {
    if (this.#state === 'on') this.#isSpliced = this.#boundaries.length > 0
  }

  /** Whether the segment after `number` is behind a splice, as far as is known. */
  isSplicedAfter(number: number): boolean {
    return this.boundary(number + 1)?.isSpliced ?? (this.#isSpliced && number === this.#nextNumber - 1)
  }

  /** Shows what was done: old segments go, views are told. A view that throws keeps nothing from the others: the first error goes to the caller. */
  publish(): void {
    this.#prune()
    this.#tell((reader) => reader.onChange())
  }

  /** The programme is over. Numbers go on from where they are. */
  end(): void {
    if (this.#state !== 'on') return
    this.#state = 'ended'
    this.#isSpliced = true
    this.#endTimer = this.#clock.after(endedMs, () => this.#clear())
    this.#tell((reader) => reader.onChange())
  }

  close(): void {
    this.#endTimer?.cancel()
  }

  #clear(): void {
    this.#empty()
    this.#tell((reader) => reader.onCleared?.())
  }

  #empty(): void {
    this.#endTimer?.cancel()
    this.#endTimer = null
    for (const rendition of this.#renditions.values()) rendition.clear()
    this.#timed = []
    this.#captions = null
    this.#state = 'empty'
  }

  /** How far the segment that began there has come, over all renditions. */
  #endDts({ number, startDts }: Boundary): number {
    const ends = this.renditions.map(({ segments }) => {
      const segment = segments.find((one) => one.number === number)
      return segment === undefined ? startDts : segment.startDts + segment.duration90k
    })
    return Math.max(startDts, ...ends)
  }

  #prune(): void {
    const nowMs = this.#clock.nowMs()
    const beforeMs = nowMs - keptTargets * this.targetDurationS * 1000
    for (const rendition of this.#renditions.values()) {
      while (rendition.forget(beforeMs));
      while (wholeOf(rendition) > this.maxSegments) rendition.drop(nowMs)
    }
    while (this.bytes > this.#maxBytes && this.#forgetSome(nowMs));
  }

  /** Files that no list names go first, then the oldest segment of every rendition. */
  #forgetSome(nowMs: number): boolean {
    if (this.renditions.some((rendition) => rendition.forget(nowMs))) return true
    const full = this.renditions.filter((rendition) => wholeOf(rendition) > minSegments)
    const oldest = Math.min(...full.map(({ segments }) => segments[0]!.number))
    for (const rendition of full) if (rendition.segments[0]!.number === oldest) rendition.drop(nowMs)
    return full.length > 0
  }

  #tell(tell: (reader: StoreReader) => void): void {
    const errors: unknown[] = []
    for (const reader of this.#readers) {
      try {
        tell(reader)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}

function wholeOf({ segments, last }: Rendition): number {
  return segments.length - (last?.isWhole === false ? 1 : 0)
}
