import { BoundedMap } from '@sluice/base/bounded'
import type { Clock, Timer } from '@sluice/base/clock'
import { ticksPerMs } from '@sluice/codecs/frame'
import type { Counters, Stand, StoreEntry, StorePosition } from './entry.ts'
import type { Boundary, CaptionService, TimedEvent } from './part.ts'
import { Rendition, type RenditionFacts, wallAt } from './rendition.ts'
import { type StoreReader, tellAll } from './store-reader.ts'
import { TimedEvents } from './timed-events.ts'

/** So many bytes are kept of a channel, and never less than three segments of each rendition. */
const defaultMaxBytes = 128 * 1024 * 1024
const minSegments = 3
/** Files stay for so many target durations after their segment left the list. Spec: draft-pantos-hls-rfc8216bis §6.2.2 */
const keptTargets = 3
/** After the end of the programme its last moments can be fetched for so long: players end cleanly instead of meeting a 404. */
const endedMs = 60_000
/** Encoded rungs lag by less than a second. */
const maxBoundaries = 64
/** Part numbers of a store begin so many times above its segments: no segment has as many. */
const partsOfNumber = 1000
/** Renditions that are not there, and whose file names must not be given again. */
const maxFormer = 256

export type StoreOptions = {
  readonly clock: Clock
  /** The oldest segment leaves the list for the next one beyond so many. */
  readonly maxSegments: number
  /** Seconds, whole: no segment lasts longer, rounded. */
  readonly targetDurationS: number
  readonly maxBytes?: number
  /** It goes on exactly there, under the same names. */
  readonly after?: StorePosition
  /** Numbers and splices are higher than these, whatever the clock says. `after` comes first. */
  readonly above?: Pick<StorePosition, 'number' | 'splices'>
}

/**
 * The last segments of a channel's programme, each track of each rung apart, in memory. Packagers write; views subscribe and read. The store
 * numbers segments, so that one number is the same moment in every rendition, and says where the programme was spliced and when it was made.
 */
export class MediaStore {
  #firstNumber: number
  readonly targetDurationS: number
  readonly maxSegments: number
  readonly #clock: Clock
  #maxBytes: number
  // bound: one a track of a rung, see the packagers
  #renditions = new Map<string, Rendition>()
  // bound: at most `maxBoundaries` of them
  #boundaries: Boundary[] = []
  #timed: TimedEvents
  #captions: readonly CaptionService[] | null = null
  // bound: one a view
  readonly #readers = new Set<StoreReader>()
  #former = new BoundedMap<string, Counters>({ maxCount: maxFormer, whenFull: 'forget-oldest' })
  readonly #endedWallMs: number
  #nextNumber: number
  #isSpliced: boolean
  #splices: number
  #state: 'empty' | 'on' | 'ended' = 'empty'
  #endTimer: Timer | null = null
  #knownPts = 0

  constructor({ clock, maxSegments, targetDurationS, maxBytes = defaultMaxBytes, after, above }: StoreOptions) {
    this.#clock = clock
    this.#maxBytes = maxBytes
    this.maxSegments = maxSegments
    this.targetDurationS = targetDurationS
    this.#firstNumber = after?.epoch ?? Math.max(Math.floor(clock.wallMs() / 1000), (above?.number ?? 0) + 1)
    this.#nextNumber = after === undefined ? this.firstNumber : after.number + 1
    this.#timed = new TimedEvents(this.#nextNumber)
    this.#splices = after?.splices ?? above?.splices ?? 0
    this.#isSpliced = after !== undefined || above !== undefined
    this.#endedWallMs = after?.endWallMs ?? 0
    for (const { id, ...counters } of after?.renditions ?? []) this.#former.set(id, counters)
  }

  /**
   * Of the first store under these names. Seconds since 1970, as segments last longer than one on the whole: a restart never goes back, and it
   * fits 31 bits until 2038.
   */
  get firstNumber(): number {
    return this.#firstNumber
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
  /** For a store that goes on under the same addresses. */
  get position(): StorePosition {
    const last = this.#boundaries.at(-1)
    const endWallMs = last === undefined ? this.#endedWallMs : wallAt(last, this.#endDts(last))
    const former = [...this.#former].map(([id, counters]) => ({ id, ...counters }))
    const renditions = [...former, ...this.renditions.map(({ id, counters }) => ({ id, ...counters }))]
    return { epoch: this.firstNumber, number: this.#nextNumber - 1, splices: this.#splices, endWallMs, renditions }
  }
  /** It never had a segment. */
  get isUnused(): boolean {
    return this.#boundaries.length === 0
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
    const counters = this.#former.get(facts.id) ?? { nextPart: this.firstNumber * partsOfNumber, nextVersion: 0 }
    this.#former.delete(facts.id)
    const rendition = new Rendition(facts, counters, (entry) => this.#note(entry))
    this.#renditions.set(facts.id, rendition)
    this.#note({ type: 'open', ...facts, ...counters, firstNumber: null })
    return rendition
  }

  /** The next segment begins with the frame of these times, which has just come in. */
  begin(startDts: number, startPts: number = startDts): Boundary {
    if (this.#state === 'ended') this.#empty()
    this.#state = 'on'
    const last = this.#boundaries.at(-1)
    const wallMs = this.#clock.wallMs()
    const ended = last === undefined ? this.#endedWallMs : wallAt(last, this.#endDts(last))
    const startWallMs = last === undefined || this.#isSpliced ? Math.max(wallMs, ended) : wallAt(last, startDts)
    if (this.#isSpliced) this.#splices++
    const boundary = { number: this.#nextNumber, startDts, startPts, isSpliced: this.#isSpliced, splices: this.#splices, startWallMs }
    this.#takeBoundary(boundary)
    return boundary
  }

  /** Nothing of the segment that began last was kept: its number is for the next one. */
  retract(): void {
    const last = this.#boundaries.at(-1)
    if (last === undefined || this.renditions.some((rendition) => rendition.last?.number === last.number)) return
    this.#boundaries.pop()
    this.#note({ type: 'retract' })
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
    return this.#timed.all
  }

  /** Something happens at `pts`, which may lie some seconds ahead. */
  mark(kind: TimedEvent['kind'], pts: number, bytes: Uint8Array): TimedEvent {
    const at = this.boundaryAt(pts) ?? this.#boundaries[0]
    const wallMs = Math.round(at === undefined ? this.#clock.wallMs() : at.startWallMs + (pts - at.startPts) / ticksPerMs)
    const event = this.#timed.add({ kind, pts, wallMs, bytes })
    this.#note({ type: 'timed', event })
    return event
  }

  /** Services of captions in the pictures, as HLS names them (`CC1`, `SERVICE1`); none: there are none. Null: not known yet. */
  get captions(): readonly CaptionService[] | null {
    return this.#captions
  }
  setCaptions(services: readonly CaptionService[] | null): void {
    this.#captions = services
    this.#note({ type: 'captions', services })
  }

  /** A rendition that nobody gets any longer. */
  remove(id: string): void {
    const rendition = this.#renditions.get(id)
    if (rendition === undefined) return
    rendition.clear()
    this.#renditions.delete(id)
    this.#former.set(id, rendition.counters)
    this.#note({ type: 'removed', rendition: id })
  }

  /** What comes next does not continue what there is. */
  splice(): void {
    if (this.#state !== 'on') return
    if (this.#boundaries.length > 0) this.#isSpliced = true
    this.#note({ type: 'splice' })
  }

  /** Whether the segment after `number` is behind a splice, as far as is known. */
  isSplicedAfter(number: number): boolean {
    return this.boundary(number + 1)?.isSpliced ?? (this.#isSpliced && number === this.#nextNumber - 1)
  }

  /** Shows what was done: old segments go, views are told. A view that throws keeps nothing from the others: the first error goes to the caller. */
  publish(): void {
    this.#prune()
    this.#note({ type: 'publish' })
    tellAll(this.#readers, (reader) => reader.onChange())
  }

  /** The programme is over. Numbers go on from where they are. */
  end(): void {
    if (this.#state !== 'on') return
    this.#state = 'ended'
    this.#isSpliced = true
    this.#endTimer = this.#clock.after(endedMs, () => this.#clear())
    this.#note({ type: 'ended' })
    tellAll(this.#readers, (reader) => reader.onChange())
  }

  close(): void {
    this.#endTimer?.cancel()
  }

  /** Makes a change that another store has noted. */
  apply(entry: StoreEntry): void {
    if (entry.type === 'open') {
      const { firstNumber, nextPart, nextVersion } = entry
      if (!this.#renditions.has(entry.id) && !this.#former.has(entry.id)) this.#former.set(entry.id, { nextPart, nextVersion })
      this.open({ id: entry.id, kind: entry.kind, rung: entry.rung }).goOn(entry, firstNumber)
    } else if (entry.type === 'boundary') this.#takeBoundary(entry.boundary)
    else if (entry.type === 'timed') this.#timed.take(entry.event)
    else if (entry.type === 'captions') this.setCaptions(entry.services)
    else if (entry.type === 'removed') this.remove(entry.rendition)
    else if (entry.type === 'listed') this.#dropBefore(entry.rendition, entry.from)
    else if (entry.type === 'splice') this.splice()
    else if (entry.type === 'retract') this.retract()
    else if (entry.type === 'ended') this.end()
    else if (entry.type === 'publish') this.publish()
    else if (entry.type === 'stand') this.#stand(entry)
    else this.#renditions.get(entry.rendition)?.apply(entry)
  }

  /** All that another store needs to show the same. */
  *snapshot(): Generator<StoreEntry> {
    for (const boundary of this.#boundaries) yield { type: 'boundary', boundary }
    for (const rendition of this.#renditions.values()) yield* rendition.snapshot()
    for (const event of this.#timed.all) yield { type: 'timed', event }
    yield { type: 'captions', services: this.#captions }
    const [nextNumber, splices, isSpliced, isOn] = [this.#nextNumber, this.#splices, this.#isSpliced, this.#state !== 'empty']
    yield { type: 'stand', nextNumber, splices, isSpliced, isOn }
    if (this.#state === 'ended') yield { type: 'ended' }
    yield { type: 'publish' }
  }

  /** Takes the place of what is there with all that `other` holds, which is of no use any more. Readers are not told. */
  become(other: MediaStore): void {
    this.#endTimer?.cancel()
    this.#endTimer = null
    this.#firstNumber = other.#firstNumber
    this.#renditions = other.#renditions
    this.#former = other.#former
    this.#boundaries = other.#boundaries
    this.#timed = other.#timed
    this.#captions = other.#captions
    this.#nextNumber = other.#nextNumber
    this.#isSpliced = other.#isSpliced
    this.#splices = other.#splices
    this.#state = other.#state
    other.#renditions = new Map()
  }

  /**
   * What was followed until now is gone, and another store goes on behind a splice: open segments are whole, and a rendition that had not begun
   * the newest one has a gap there, in parts of at most `partTicks`. Without, its list would begin anew.
   */
  breakOff(partTicks: number): void {
    if (this.#state !== 'on') return
    this.retract()
    const last = this.#boundaries.at(-1)
    const endDts = last === undefined ? 0 : this.#endDts(last)
    for (const rendition of this.#renditions.values()) {
      rendition.end()
      if (last === undefined || rendition.last?.number !== last.number - 1) continue
      rendition.begin(last, last.startDts, last.startWallMs)
      for (let at = last.startDts; at < endDts; at += partTicks) rendition.addGap(at, Math.min(partTicks, endDts - at))
      rendition.end()
    }
    this.splice()
  }

  /** It may keep so many bytes from now on. */
  setMaxBytes(maxBytes: number): void {
    this.#maxBytes = maxBytes
    this.#prune()
  }

  #note(entry: StoreEntry): void {
    for (const reader of this.#readers) reader.onEntry?.(entry)
  }

  #takeBoundary(boundary: Boundary): void {
    if (this.#state === 'ended') this.#empty()
    this.#state = 'on'
    this.#nextNumber = boundary.number + 1
    this.#splices = boundary.splices
    this.#isSpliced = false
    this.#boundaries.push(boundary)
    if (this.#boundaries.length > maxBoundaries) this.#boundaries.shift()
    this.#note({ type: 'boundary', boundary })
  }

  #dropBefore(id: string, from: number): void {
    const rendition = this.#renditions.get(id)
    while ((rendition?.segments[0]?.number ?? from) < from) rendition?.drop(this.nowMs)
  }

  #stand({ nextNumber, splices, isSpliced, isOn }: Stand): void {
    this.#state = isOn ? 'on' : 'empty'
    this.#nextNumber = nextNumber
    this.#splices = splices
    this.#isSpliced = isSpliced
  }

  #clear(): void {
    this.#empty()
    tellAll(this.#readers, (reader) => reader.onCleared?.())
  }

  #empty(): void {
    this.#endTimer?.cancel()
    this.#endTimer = null
    for (const rendition of this.#renditions.values()) rendition.clear()
    this.#timed.clear()
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
}

function wholeOf({ segments, last }: Rendition): number {
  return segments.length - (last?.isWhole === false ? 1 : 0)
}
