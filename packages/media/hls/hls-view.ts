import { ticksPerMs } from '@sluice/codecs/frame'
import type { Segment, SegmentStore, StoreReader } from '../store/index.ts'
import { initName, readName, segmentName } from './names.ts'
import { mediaPlaylist, multivariantPlaylist, type Shown } from './playlists.ts'

/** A file of the view. `isFixed`: its name never gets other bytes. */
export type HlsFile = { readonly contentType: string; readonly body: string | Uint8Array; readonly isFixed: boolean }

/** `holdBackMs`: how far behind the newest segment players stay. */
type HlsStats = { readonly segmentsTotal: number; readonly lastSegmentMs: number; readonly holdBackMs: number }

/** Addresses in playlists, relative to them: of the media playlist, and what stands before the names of init and segments. */
export type HlsAddresses = { readonly media: string; readonly prefix: string }
const besideEachOther: HlsAddresses = { media: 'media.m3u8', prefix: '' }

const playlistType = 'application/vnd.apple.mpegurl'
/** A client starts no closer than three target durations to the end of the playlist. Spec: RFC 8216 §6.3.3 */
const holdBackTargets = 3
/** Segments stay servable for so many beyond the playlist: players on a slow link still fetch what they have just read of. */
const keptBeyondWindow = 6

/** Segments that a store has to keep for a playlist of so many. */
export const hlsKeptSegments = (windowSegments: number): number => windowSegments + keptBeyondWindow

type Options = {
  readonly store: SegmentStore
  readonly segmentMs: number
  readonly windowSegments: number
  /** The first segment is there, or the package has ended. */
  readonly onReady: () => void
}

/** HLS with fragmented MP4 as a view of a store: playlists, and segments by name. Spec: RFC 8216 §4.3, §6.2.2 */
export class HlsView implements StoreReader {
  readonly #store: SegmentStore
  readonly #windowSegments: number
  readonly #onReady: () => void
  readonly #unsubscribe: () => void
  #targetDurationS: number
  #wasReady = false
  /** By the prefix of its addresses: a few are in use. */
  // bound: the prefixes of the server's addresses, two
  readonly #mediaTexts = new Map<string, string>()

  constructor({ store, segmentMs, windowSegments, onReady }: Options) {
    this.#store = store
    this.#windowSegments = windowSegments
    this.#onReady = onReady
    this.#targetDurationS = Math.ceil(segmentMs / 1000)
    for (const segment of store.segments) this.#raiseTarget(segment)
    this.#wasReady = this.isReady
    this.#unsubscribe = store.subscribe(this)
  }

  get isReady(): boolean {
    return this.#store.segments.length > 0
  }

  /** The file called `name`, or null. */
  file(name: string, addresses: HlsAddresses = besideEachOther): HlsFile | null {
    if (!this.isReady) return null
    if (name === 'index.m3u8') {
      return { contentType: playlistType, body: multivariantPlaylist(this.#shown(), addresses.media), isFixed: false }
    }
    if (name === 'media.m3u8') return { contentType: playlistType, body: this.#mediaText(addresses.prefix), isFixed: false }
    const found = this.#find(name)
    return found === null ? null : { ...found, isFixed: true }
  }

  /** Whether the store still holds the segment or init segment. */
  has(name: string): boolean {
    return this.#find(name) !== null
  }

  stats(): HlsStats {
    return {
      segmentsTotal: this.#store.segmentsTotal,
      lastSegmentMs: Math.round((this.#store.segments.at(-1)?.duration90k ?? 0) / ticksPerMs),
      holdBackMs: holdBackTargets * this.#targetDurationS * 1000,
    }
  }

  close(): void {
    this.#unsubscribe()
  }

  onSegment(segment: Segment): void {
    this.#mediaTexts.clear()
    this.#raiseTarget(segment)
    if (this.#wasReady) return
    this.#wasReady = true
    this.#onReady()
  }

  onCleared(): void {
    this.#mediaTexts.clear()
    this.#wasReady = false
    this.#onReady()
  }

  /** RFC 8216 wants a constant target, but no segment over it: an encoder with a longer GOP leaves no other choice. */
  #raiseTarget({ duration90k }: Segment): void {
    this.#targetDurationS = Math.max(this.#targetDurationS, Math.round(duration90k / ticksPerMs / 1000))
  }

  #shown(): Shown {
    const { segments, firstNumber } = this.#store
    return { segments: segments.slice(-this.#windowSegments), epoch: firstNumber, targetDurationS: this.#targetDurationS }
  }

  #find(name: string): { readonly contentType: string; readonly body: Uint8Array } | null {
    const read = readName(name)
    if (read === null) return null
    const epoch = this.#store.firstNumber
    if (read.kind === 'segment') {
      const segment = this.#store.segment(read.number)
      return segment === undefined || segmentName(epoch, segment) !== name
        ? null
        : { contentType: 'video/iso.segment', body: segment.bytes }
    }
    const init = this.#store.initOf(read.number)
    return init === undefined || initName(epoch, init) !== name ? null : { contentType: 'video/mp4', body: init.bytes }
  }

  #mediaText(prefix: string): string {
    const text = this.#mediaTexts.get(prefix) ?? mediaPlaylist(this.#shown(), prefix)
    this.#mediaTexts.set(prefix, text)
    return text
  }
}
