import { type Track, ticksPerMs } from '@sluice/codecs/frame'
import type { Counters, StoreEntry } from './entry.ts'
import type { Boundary, InitData, Part, Segment } from './part.ts'

type Growing = { -readonly [key in keyof Omit<Segment, 'parts'>]: Segment[key] } & { readonly parts: Part[] }
type Kept = { readonly segment: Segment; readonly leftAtMs: number }

/** Whatever the clock says: a source that flaps leaves many small segments. */
const maxKept = 64
/** 30 s of parts of 0.1 s: beyond that a segment takes no further part. */
const maxParts = 300

export type RenditionFacts = {
  /** Stands in the names of its files. */
  readonly id: string
  readonly kind: Track['kind']
  /** The encoding of the programme that it is of. */
  readonly rung: string
}

/**
 * The last segments of one track of one rung, in memory. A packager writes, views read. Segments that left the list can be fetched a while
 * longer: players on a slow line still ask for what they have just read of.
 */
export class Rendition {
  readonly id: string
  readonly kind: Track['kind']
  readonly rung: string
  // bound: the window and the one that grows; `drop` takes the oldest
  #segments: Growing[] = []
  // bound: at most `maxKept` of them
  #kept: Kept[] = []
  // bound: the parts of the segments and of those kept
  readonly #parts = new Map<number, Part>()
  #nextPart: number
  #nextVersion: number
  #firstNumber: number | null = null
  #bytes = 0
  #init: InitData | null = null
  readonly #note: (entry: StoreEntry) => void

  constructor({ id, kind, rung }: RenditionFacts, { nextPart, nextVersion }: Counters, note: (entry: StoreEntry) => void) {
    this.id = id
    this.kind = kind
    this.rung = rung
    this.#nextPart = nextPart
    this.#nextVersion = nextVersion
    this.#note = note
  }

  /** Oldest first, each number one above the one before; the last one may still grow. */
  get segments(): readonly Segment[] {
    return this.#segments
  }
  get last(): Segment | undefined {
    return this.#segments.at(-1)
  }
  /** The number of the part that comes next. */
  get nextPart(): number {
    return this.#nextPart
  }
  get counters(): Counters {
    return { nextPart: this.#nextPart, nextVersion: this.#nextVersion }
  }
  /** The number of the first segment that it ever had; null: it had none. */
  get firstNumber(): number | null {
    return this.#firstNumber
  }
  /** What the next segment will need; null before the first track. */
  get init(): InitData | null {
    return this.#init
  }
  get isEmpty(): boolean {
    return this.#segments.length === 0
  }
  /** Bytes of all parts that can be fetched. */
  get bytes(): number {
    return this.#bytes
  }

  setInit(track: Track, bytes: Uint8Array): void {
    this.#takeInit({ version: this.#nextVersion, track, bytes })
  }

  /** The whole segment of that number. Undefined: not made yet, or gone. */
  segment(number: number): Segment | undefined {
    const found =
      this.#segments[number - (this.#segments[0]?.number ?? 0)] ?? this.#kept.find(({ segment }) => segment.number === number)?.segment
    return found?.isWhole ? found : undefined
  }

  part(number: number): Part | undefined {
    return this.#parts.get(number)
  }

  /** Init data that a segment which can be fetched needs, or the next one will. */
  initOf(version: number): InitData | undefined {
    if (this.#init?.version === version) return this.#init
    const all = [...this.#segments, ...this.#kept.map(({ segment }) => segment)]
    return all.find(({ init }) => init?.version === version)?.init ?? undefined
  }

  /** Opens the next segment. One that was still open is whole by this. */
  begin(boundary: Boundary, startDts: number, startWallMs: number): void {
    this.end()
    // A fault lost a segment: a list that leaves out a number would tell players another one.
    if (this.last !== undefined && boundary.number !== this.last.number + 1) this.clear()
    this.#firstNumber ??= boundary.number
    this.#note({ type: 'begin', rendition: this.id, boundary: { ...boundary, startDts, startWallMs } })
    this.#segments.push({
      ...boundary,
      startDts,
      startWallMs,
      init: this.#init,
      parts: [],
      isWhole: false,
      duration90k: 0,
      bytes: 0,
      isIndependent: true,
    })
  }

  /** False: no segment is open, or it has as many parts as one may have. */
  add(part: Omit<Part, 'number'>): boolean {
    const open = this.last
    if (open === undefined || open.isWhole || open.parts.length >= maxParts) return false
    this.#put(open as Growing, { ...part, number: this.#nextPart })
    return true
  }

  /** The open segment has no media from there on. False: as for `add`. */
  addGap(startDts: number, duration90k: number): boolean {
    return this.add({ startDts, duration90k, isIndependent: false, isGap: true, bytes: new Uint8Array(0), frames: 0, firstSampleEnd: 0 })
  }

  #put(segment: Growing, part: Part): void {
    this.#nextPart = part.number + 1
    if (segment.parts.every(({ isGap }) => isGap)) segment.isIndependent = part.isIndependent || part.isGap
    segment.parts.push(part)
    segment.duration90k += part.duration90k
    segment.bytes += part.bytes.length
    this.#bytes += part.bytes.length
    if (!part.isGap) this.#parts.set(part.number, part)
    this.#note({ type: 'part', rendition: this.id, segment: segment.number, part })
  }

  /** The open segment is whole. One without parts never was. */
  end(): void {
    const open = this.#segments.at(-1)
    if (open === undefined || open.isWhole) return
    if (open.parts.length === 0) this.#segments.pop()
    else open.isWhole = true
    this.#note({ type: 'end', rendition: this.id, segment: open.number })
  }

  /** Makes a change that another rendition of this name has noted. */
  apply(entry: StoreEntry & { readonly rendition: string }): void {
    const open = this.#segments.at(-1)
    if (entry.type === 'init') this.#takeInit(entry.init)
    else if (entry.type === 'begin') this.begin(entry.boundary, entry.boundary.startDts, entry.boundary.startWallMs)
    else if (entry.type === 'part') {
      if (open?.number === entry.segment && !open.isWhole) this.#put(open, entry.part)
    } else if (entry.type === 'end' && open?.number === entry.segment) this.end()
  }

  /** It goes on behind these, and had its first segment then. */
  goOn({ nextPart, nextVersion }: Counters, firstNumber: number | null): void {
    this.#nextPart = Math.max(this.#nextPart, nextPart)
    this.#nextVersion = Math.max(this.#nextVersion, nextVersion)
    this.#firstNumber ??= firstNumber
  }

  /** What it holds, from the oldest file on. */
  *snapshot(): Generator<StoreEntry> {
    const { id, kind, rung } = this
    const kept = this.#kept.map(({ segment }) => segment)
    const versions = [...kept, ...this.#segments].flatMap(({ init }) => (init === null ? [] : [init.version]))
    const nextVersion = Math.min(this.#nextVersion, this.#init?.version ?? this.#nextVersion, ...versions)
    const firstPart = [...kept, ...this.#segments][0]?.parts[0]?.number ?? this.#nextPart
    yield { type: 'open', id, kind, rung, nextPart: firstPart, nextVersion, firstNumber: this.#firstNumber }
    let shown: InitData | null = null
    for (const segment of [...kept, ...this.#segments]) {
      const { number, init, parts, isWhole } = segment
      if (init !== null && init !== shown) yield { type: 'init', rendition: id, init }
      shown = init
      yield { type: 'begin', rendition: id, boundary: boundaryOf(segment) }
      for (const part of parts) yield { type: 'part', rendition: id, segment: number, part }
      if (isWhole) yield { type: 'end', rendition: id, segment: number }
    }
    if (this.#init !== null && this.#init !== shown) yield { type: 'init', rendition: id, init: this.#init }
    const [first] = this.#segments
    if (first !== undefined) yield { type: 'listed', rendition: id, from: first.number }
    yield { type: 'open', id, kind, rung, ...this.counters, firstNumber: this.#firstNumber }
  }

  #takeInit(init: InitData): void {
    this.#init = init
    this.#nextVersion = init.version + 1
    this.#note({ type: 'init', rendition: this.id, init })
  }

  /** The oldest segment leaves the list; its files stay until `forget`. */
  drop(nowMs: number): void {
    const segment = this.#segments.shift()
    if (segment === undefined) return
    this.#kept.push({ segment, leftAtMs: nowMs })
    while (this.#kept.length > maxKept) this.#forgetOldest()
  }

  /** Files whose segments left the list before `beforeMs` are gone. False: there was none. */
  forget(beforeMs: number): boolean {
    if ((this.#kept[0]?.leftAtMs ?? Number.POSITIVE_INFINITY) > beforeMs) return false
    this.#forgetOldest()
    return true
  }

  clear(): void {
    this.#segments = []
    this.#kept = []
    this.#parts.clear()
    this.#bytes = 0
  }

  #forgetOldest(): void {
    const oldest = this.#kept.shift()
    if (oldest === undefined) return
    this.#bytes -= oldest.segment.bytes
    for (const { number } of oldest.segment.parts) this.#parts.delete(number)
  }
}

const boundaryOf = ({ number, startDts, startPts, isSpliced, splices, startWallMs }: Segment): Boundary => ({
  number,
  startDts,
  startPts,
  isSpliced,
  splices,
  startWallMs,
})

/** Wall time of a programme time after the segment's start. Within one run of media it follows the timestamps: jitter of arrival is not the viewer's business. */
export const wallAt = (from: Pick<Boundary, 'startWallMs' | 'startDts'>, dts: number): number =>
  from.startWallMs + (dts - from.startDts) / ticksPerMs
