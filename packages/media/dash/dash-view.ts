import type { Clock } from '@sluice/base/clock'
import { formatMpd } from '@sluice/containers/mpd'
import type { BufferPolicy, SoundLabel } from '../hls/index.ts'
import { type FileName, type MediaStore, type Rendition, ratesOf, readFileName, type StoreReader } from '../store/index.ts'
import { type FileView, textFile, type ViewAddresses, type ViewAnswer, type ViewFile, Waiters } from '../view/index.ts'
import { GrowingSegment } from './growing.ts'
import { clockFile, type Manifest, manifestOf } from './manifest.ts'
import { PeriodLog, segmentAt } from './period-log.ts'

const entry = 'manifest.mpd'
const manifestType = 'application/dash+xml'
/** Until the first segment is whole a player may wait so long. */
const firstWaitMs = 3000
/** What is waited for comes within a target duration, or the source is silent. */
const heldTargets = 3

type Options = {
  readonly store: MediaStore
  readonly clock: Clock
  readonly policy: BufferPolicy
  /** Rungs that players may choose, the best first. */
  readonly rungs?: readonly string[]
  /** An answer could not be given. */
  readonly onFault?: (error: unknown) => void
}

/** What a version of the manifest says, with its date. */
type Version = { readonly publishMs: number; readonly manifest: Manifest }

/**
 * Low-latency DASH as a view of a store: the manifest, the segments that still grow, and the time. Whole segments have the names that HLS lists
 * them under, and the view of HLS answers for those. Spec: ISO/IEC 23009-1, DASH-IF IOP v5 part 4
 */
export class DashView implements StoreReader, FileView {
  readonly #store: MediaStore
  readonly #clock: Clock
  readonly #policy: BufferPolicy
  readonly #onFault: (error: unknown) => void
  readonly #periods: PeriodLog
  readonly #waiters: Waiters<ViewAnswer>
  readonly #unsubscribe: () => void
  // bound: nine, by the spec's schema
  #rungs: readonly string[]
  // bound: one a track of sound, by the spec's schema
  #sounds: readonly SoundLabel[] = []
  /** Segments that grow and were asked for, by rendition. */
  // bound: the renditions of the store
  readonly #growing = new Map<string, GrowingSegment>()
  /** What was said of the rate of each rendition. */
  // bound: the renditions of the store; those that are gone are dropped with each version
  readonly #bandwidths = new Map<string, { readonly version: number; readonly bps: number }>()
  #version: Version | null = null
  #text = ''
  #isStale = true
  /** The same for all who ask for a version, by prefix. */
  // bound: two prefixes
  readonly #files = new Map<string, ViewFile>()

  constructor({ store, clock, policy, rungs = ['source'], onFault = () => {} }: Options) {
    this.#store = store
    this.#clock = clock
    this.#policy = policy
    this.#rungs = rungs
    this.#onFault = onFault
    this.#periods = new PeriodLog(store)
    this.#waiters = new Waiters<ViewAnswer>({ clock, late: () => (this.#isListed ? 'late' : 'missing'), onFault })
    this.#periods.note(this.#shown)
    this.#unsubscribe = store.subscribe(this)
  }

  setRungs(rungs: readonly string[]): void {
    this.#rungs = rungs
    this.#isStale = true
  }

  /** What the operator says of the tracks of sound. */
  setSounds(labels: readonly SoundLabel[]): void {
    this.#sounds = labels
    this.#isStale = true
  }

  serves(name: string): boolean {
    return name === entry || name === clockFile || this.#openOf(name) !== null
  }

  isReload(name: string, isInPlayback: boolean): boolean {
    return name === entry && isInPlayback && this.#isListed && this.#store.state === 'on'
  }

  ask(name: string, _query: URLSearchParams, addresses: ViewAddresses, answer: (answer: ViewAnswer) => void): (() => void) | null {
    const heldMs = this.#isListed ? heldTargets * this.#policy.targetDurationS * 1000 : firstWaitMs
    return this.#waiters.ask(() => this.#look(name, addresses), heldMs, answer)
  }

  has(name: string): boolean {
    const read = readFileName(name)
    const rendition = read?.kind === 'segment' && read.epoch === this.#store.firstNumber ? this.#store.rendition(read.rendition) : undefined
    return rendition !== undefined && (segmentAt(rendition, read!.number) ?? rendition.segment(read!.number)) !== undefined
  }

  close(): void {
    this.#unsubscribe()
    this.#waiters.close('missing')
    for (const segment of this.#growing.values()) segment.end()
    this.#growing.clear()
  }

  onChange(): void {
    this.#periods.note(this.#shown)
    this.#isStale = true
    for (const [id, segment] of this.#growing) if (!segment.grow()) this.#growing.delete(id)
    this.#waiters.look()
  }

  onCleared(): void {
    this.#periods.clear()
    this.onChange()
  }

  get #isListed(): boolean {
    return this.#store.state !== 'empty' && this.#periods.periods.length > 0
  }

  /** Pictures in the order of their rungs, then every sound. */
  get #shown(): readonly Rendition[] {
    const all = this.#store.renditions
    const pictures = this.#rungs.flatMap((rung) => all.filter((rendition) => rendition.kind === 'video' && rendition.rung === rung))
    return [...pictures, ...all.filter(({ kind }) => kind === 'audio')]
  }

  /** Null: it has to wait. */
  #look(name: string, { media, prefix }: ViewAddresses): ViewAnswer | null {
    if (name === clockFile) return this.#now()
    if (name === entry) {
      if (this.#store.state === 'empty') return 'missing'
      return this.#isListed
        ? this.#manifest(prefix, media === '' ? null : `${media}${entry}`)
        : this.#store.state === 'on'
          ? null
          : 'missing'
    }
    const open = this.#openOf(name)
    if (open === null) return this.#whole(name)
    return this.#store.state === 'on' ? this.#growingOf(open) : 'missing'
  }

  /** The manifest of an entry names the place of its viewer's playback: the next version is asked for there. */
  #manifest(prefix: string, location: string | null): ViewFile {
    const { publishMs, manifest } = this.#newest()
    const key = location === null ? prefix : null
    const known = key === null ? undefined : this.#files.get(key)
    if (known !== undefined) return known
    const named = prefix === '' ? manifest : manifestOf(this.#parts(), prefix)
    const maxAgeS = location === null ? 1 : null
    const file = textFile(formatMpd({ ...named, publishMs, location }), manifestType, maxAgeS)
    if (key !== null) this.#files.set(key, file)
    return file
  }

  /** A version is made when somebody asks, and is another one only if it says something else. Spec: ISO/IEC 23009-1 §5.4.1 */
  #newest(): Version {
    if (this.#version !== null && !this.#isStale) return this.#version
    this.#isStale = false
    const manifest = manifestOf(this.#parts(), '')
    const text = formatMpd({ ...manifest, publishMs: 0, location: null })
    if (this.#version !== null && text === this.#text) return this.#version
    this.#text = text
    this.#files.clear()
    this.#version = { publishMs: Math.max(Math.round(this.#clock.wallMs()), (this.#version?.publishMs ?? 0) + 1), manifest }
    return this.#version
  }

  #parts() {
    const shown = this.#shown
    for (const id of this.#bandwidths.keys()) if (this.#store.rendition(id) === undefined) this.#bandwidths.delete(id)
    const bandwidthOf = (rendition: Rendition): number => this.#bandwidthOf(rendition)
    return { store: this.#store, policy: this.#policy, periods: this.#periods.periods, shown, sounds: this.#sounds, bandwidthOf }
  }

  /** Players choose by it, so that it stays what it was until a segment needs more. */
  #bandwidthOf({ id, segments, init }: Rendition): number {
    const { peakBps } = ratesOf(segments, this.#policy.targetDurationS)
    const version = init?.version ?? 0
    const known = this.#bandwidths.get(id)
    if (known !== undefined && known.version === version && peakBps <= known.bps) return known.bps
    const step = 10 ** Math.max(0, Math.floor(Math.log10(peakBps)) - 1)
    const bps = Math.ceil(peakBps / step) * step
    this.#bandwidths.set(id, { version, bps })
    return bps
  }

  #now(): ViewFile {
    return textFile(new Date(this.#clock.wallMs()).toISOString(), 'text/plain; charset=utf-8', null)
  }

  /** A segment that grows, or begins next. Null: the name is of none. */
  #openOf(name: string): (FileName & { readonly from: Rendition }) | null {
    const read = readFileName(name)
    if (read === null || read.kind !== 'segment' || read.epoch !== this.#store.firstNumber) return null
    const from = this.#store.rendition(read.rendition)
    if (from === undefined || from.segment(read.number) !== undefined) return null
    const isAhead =
      read.number >= (from.last?.number ?? this.#store.firstNumber) && read.number <= this.#store.firstNumber + this.#store.segmentsTotal
    return isAhead ? { ...read, from } : null
  }

  /** Null: it has no part yet. */
  #growingOf({ from, number }: { readonly from: Rendition; readonly number: number }): GrowingSegment | null {
    const segment = segmentAt(from, number)
    if (segment === undefined || segment.parts.every(({ isGap }) => isGap)) return null
    const known = this.#growing.get(from.id)
    if (known?.number === number) return known
    const growing = this.#segment(from, number)
    this.#growing.set(from.id, growing)
    return growing
  }

  /** It became whole while it was waited for: then it is sent as it is, in one piece. */
  #whole(name: string): ViewAnswer {
    const read = readFileName(name)
    const rendition = read === null || read.epoch !== this.#store.firstNumber ? undefined : this.#store.rendition(read.rendition)
    if (rendition?.segment(read!.number) === undefined) return 'missing'
    return this.#segment(rendition, read!.number)
  }

  #segment({ id }: Rendition, number: number): GrowingSegment {
    return new GrowingSegment({ store: this.#store, rendition: id, number, clock: this.#clock, onFault: this.#onFault })
  }
}
