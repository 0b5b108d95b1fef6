import type { Clock } from '@sluice/base/clock'
import { ticksPerMs } from '@sluice/codecs/frame'
import { type FileName, type MediaStore, type Rendition, readFileName, type StoreReader } from '../store/index.ts'
import { type FileView, textFile, type ViewAddresses, type ViewFile, Waiters, type WholeAnswer } from '../view/index.ts'
import type { BufferPolicy } from './buffer-policy.ts'
import { multivariantPlaylist, plainMultivariant } from './multivariant.ts'
import { muxedInit, muxedPairs, muxedPlaylist, muxedRenditions, muxedSegment } from './muxed.ts'
import { judgeReload, readDirectives } from './reload.ts'
import { iFramePlaylist, renditionPlaylist } from './rendition-playlist.ts'
import type { SoundLabel } from './sound-names.ts'

const besideEachOther: ViewAddresses = { media: '', prefix: '' }

type HlsStats = {
  readonly segmentsTotal: number
  readonly lastSegmentMs: number
  readonly holdBackMs: number
}

const playlistType = 'application/vnd.apple.mpegurl'
/** Asked for once by each player. */
const entries = ['index.m3u8', 'plain.m3u8']
const immutableS = 31_536_000
/** Until the first segment is whole a player may wait so long. */
const firstWaitMs = 3000
/** What is waited for comes within a target duration, or the source is silent. Spec: draft-pantos-hls-rfc8216bis §6.2.5.2 */
const heldTargets = 3

type Options = {
  readonly store: MediaStore
  readonly clock: Clock
  readonly policy: BufferPolicy
  /** Rungs that players may choose, the best first. */
  readonly rungs?: readonly string[]
  /** The first segment is there, or the programme has ended. */
  readonly onReady: () => void
  /** An answer could not be given. */
  readonly onFault?: (error: unknown) => void
}

/** HLS as a view of a store: playlists with parts, the plain form, and files by name. Spec: RFC 8216, draft-pantos-hls-rfc8216bis §6.2 */
export class HlsView implements StoreReader, FileView {
  readonly policy: BufferPolicy
  readonly #store: MediaStore
  readonly #onReady: () => void
  readonly #unsubscribe: () => void
  // bound: nine, by the spec's schema
  #rungs: readonly string[]
  // bound: sixteen, by the spec's schema
  #sounds: readonly SoundLabel[] = []
  #wasReady = false
  /** Playlists of this version of the store, by name, prefix and form. */
  // bound: the renditions, each in two forms and two prefixes
  readonly #texts = new Map<string, ViewFile>()
  readonly #waiters: Waiters<WholeAnswer>

  constructor({ store, clock, policy, rungs = ['source'], onReady, onFault = () => {} }: Options) {
    this.#store = store
    this.policy = policy
    this.#rungs = rungs
    this.#onReady = onReady
    this.#waiters = new Waiters<WholeAnswer>({ clock, late: () => (this.#isListed ? 'late' : 'missing'), onFault })
    this.#wasReady = this.isReady
    this.#unsubscribe = store.subscribe(this)
  }

  /** There is something on that can be played. */
  get isReady(): boolean {
    return this.#store.state === 'on' && this.#isListed
  }

  /** Requests that wait for media. */
  get waiting(): number {
    return this.#waiters.size
  }

  setRungs(rungs: readonly string[]): void {
    this.#rungs = rungs
  }

  /** What the operator says of the tracks of sound. */
  setSounds(labels: readonly SoundLabel[]): void {
    this.#sounds = labels
  }

  /** The file called `name` as it is now, or null. */
  file(name: string, addresses: ViewAddresses = besideEachOther): ViewFile | null {
    const answer = this.#look(name, new URLSearchParams(), addresses)
    return typeof answer === 'object' ? answer : null
  }

  serves(name: string): boolean {
    return name.endsWith('.m3u8') || readFileName(name) !== null
  }

  isReload(name: string): boolean {
    return this.isReady && name.endsWith('.m3u8') && !entries.includes(name)
  }

  /**
   * Asks for a file. It is answered at once, or once what it asks for is there: all who wait for the same get the same bytes in the same turn.
   * Answers the end of the wait, for a client that went; null: it was answered.
   */
  ask(name: string, query: URLSearchParams, addresses: ViewAddresses, answer: (answer: WholeAnswer) => void): (() => void) | null {
    const heldMs = this.#isListed ? heldTargets * this.policy.targetDurationS * 1000 : firstWaitMs
    return this.#waiters.ask(() => this.#look(name, query, addresses), heldMs, answer)
  }

  /** Whether the store still holds the file of that name. */
  has(name: string): boolean {
    const read = readFileName(name)
    return read !== null && this.#named(read) !== null
  }

  stats(): HlsStats {
    const segments = muxedRenditions(this.#store)?.main.segments ?? []
    const newest = segments.findLast(({ isWhole }) => isWhole)
    return {
      segmentsTotal: this.#store.segmentsTotal - (segments.at(-1)?.isWhole === false ? 1 : 0),
      lastSegmentMs: Math.round((newest?.duration90k ?? 0) / ticksPerMs),
      holdBackMs: this.policy.partHoldBackMs,
    }
  }

  close(): void {
    this.#unsubscribe()
    this.#waiters.close('missing')
  }

  onChange(): void {
    this.#texts.clear()
    this.#waiters.look()
    const { isReady } = this
    if (this.#wasReady === isReady) return
    this.#wasReady = isReady
    this.#onReady()
  }

  onCleared(): void {
    this.onChange()
  }

  /** A whole segment is listed, in every track that began with it: players read once which sounds there are. */
  get #isListed(): boolean {
    const first = muxedPairs(this.#store)[0]?.main.number
    if (first === undefined) return false
    return this.#store.renditions.every(
      ({ rung, segments }) => rung !== 'source' || segments.find(({ number }) => number === first)?.isWhole !== false,
    )
  }

  /** Null: it has to wait. */
  #look(name: string, query: URLSearchParams, addresses: ViewAddresses): WholeAnswer | null {
    if (!name.endsWith('.m3u8')) return this.#media(name)
    if (this.#store.state === 'empty') return 'missing'
    const rendition = this.#renditionOf(name)
    const isKnown = rendition !== undefined || [...entries, 'media.m3u8'].includes(name)
    const directives = readDirectives(query)
    if (isKnown && directives === 'bad') return 'bad'
    if (!this.#isListed) return this.#store.state === 'on' ? null : 'missing'
    if (!isKnown) return 'missing'
    if (name === 'index.m3u8') return playlist(multivariantPlaylist(this.#store, this.#rungs, addresses.media, this.#sounds), null)
    if (name === 'plain.m3u8') return playlist(plainMultivariant(this.#store, addresses.media), null)
    if (rendition === undefined) return this.#text(name, rendition, addresses.prefix, false, false)
    if (!rendition.segments.some(({ isWhole }) => isWhole)) return null
    if (name.endsWith('-i.m3u8')) return this.#text(name, rendition, addresses.prefix, false, false)
    const isBlocking = typeof directives === 'object' && directives !== null
    if (isBlocking && this.#store.state === 'on') {
      const verdict = judgeReload(directives, edgeOf(rendition), this.policy.partMs)
      if (verdict === 'bad') return 'bad'
      if (verdict === 'hold') return null
    }
    const skip = query.get('_HLS_skip')
    return this.#text(name, rendition, addresses.prefix, skip === 'YES' || skip === 'v2', isBlocking)
  }

  #text(name: string, rendition: Rendition | undefined, prefix: string, isDelta: boolean, isBlocking: boolean): ViewFile {
    const key = `${name} ${prefix} ${isDelta} ${isBlocking}`
    const known = this.#texts.get(key)
    if (known !== undefined) return known
    const { targetDurationS } = this.policy
    const shown = rendition === undefined ? null : { store: this.#store, rendition, policy: this.policy }
    const text =
      shown === null
        ? muxedPlaylist(this.#store, targetDurationS, prefix)
        : name.endsWith('-i.m3u8')
          ? iFramePlaylist(shown, prefix)
          : renditionPlaylist(shown, prefix, isDelta)
    const file = playlist(text, isBlocking ? 6 * targetDurationS : Math.max(1, Math.floor(targetDurationS / 2)))
    this.#texts.set(key, file)
    return file
  }

  #renditionOf(name: string): Rendition | undefined {
    const id = name.replace(/(-i)?\.m3u8$/, '')
    const found = this.#store.rendition(id)
    return found === undefined || (name.endsWith('-i.m3u8') && found.kind !== 'video') ? undefined : found
  }

  /** A part that was hinted is waited for. */
  #media(name: string): WholeAnswer | null {
    const read = readFileName(name)
    if (read === null) return 'missing'
    const body = this.#named(read)
    if (body !== null) {
      const contentType = read.kind === 'init' ? 'video/mp4' : 'video/iso.segment'
      return { contentType, body, gzip: null, isFixed: true, maxAgeS: immutableS }
    }
    const isHinted =
      read.kind === 'part' && read.epoch === this.#store.firstNumber && this.#store.rendition(read.rendition)?.nextPart === read.number
    return isHinted && this.#store.state === 'on' ? null : 'missing'
  }

  #named({ kind, rendition: id, epoch, number }: FileName): readonly Uint8Array[] | null {
    if (epoch !== this.#store.firstNumber) return null
    const rendition = this.#store.rendition(id)
    if (rendition === undefined) {
      const init = kind === 'init' ? muxedInit(this.#store, id, number) : null
      return kind === 'segment' ? muxedSegment(this.#store, id, number) : init === null ? null : [init]
    }
    if (kind === 'part') return bodyOf(rendition.part(number)?.bytes)
    if (kind === 'init') return bodyOf(rendition.initOf(number)?.bytes)
    return (
      rendition
        .segment(number)
        ?.parts.filter(({ isGap }) => !isGap)
        .map(({ bytes }) => bytes) ?? null
    )
  }
}

const bodyOf = (bytes: Uint8Array | undefined): readonly Uint8Array[] | null => (bytes === undefined ? null : [bytes])

const playlist = (text: string, maxAgeS: number | null): ViewFile => textFile(text, playlistType, maxAgeS)

function edgeOf({ segments, last }: Rendition): Parameters<typeof judgeReload>[1] {
  const open = last!.isWhole ? null : last!
  return {
    openNumber: open?.number ?? last!.number + 1,
    openParts: open?.parts.length ?? 0,
    partsOf: (number) => segments[number - segments[0]!.number]?.parts.length ?? null,
  }
}
