import { equalBytes } from '@sluice/base/bytes'
import type { Clock } from '@sluice/base/clock'
import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { writeInitSegment } from '@sluice/containers/fmp4'
import type { BusReader, ProgrammeBus } from '../bus/index.ts'
import { noLimits, type PlaybackLimits, planPackage } from './plan-package.ts'
import { mediaPlaylist, multivariantPlaylist } from './playlists.ts'
import { type Init, SegmentWindow } from './segment-window.ts'
import { mp4TrackId, type Segment, Segmenter } from './segmenter.ts'

/** A file of the package as the HTTP side serves it. `isFixed`: its name never gets other bytes. */
export type PackageFile = { readonly contentType: string; readonly body: string | Uint8Array; readonly isFixed: boolean }

/** `holdBackMs`: how far behind the newest segment players stay. */
type PackageStats = { readonly segmentsTotal: number; readonly lastSegmentMs: number; readonly holdBackMs: number }

/** Addresses in playlists, relative to them: of the media playlist, and what stands before the names of init and segments. */
export type PackageAddresses = { readonly media: string; readonly prefix: string }
const besideEachOther: PackageAddresses = { media: 'media.m3u8', prefix: '' }

const playlistType = 'application/vnd.apple.mpegurl'
/** A client starts no closer than three target durations to the end of the playlist. Spec: RFC 8216 §6.3.3 */
const holdBackTargets = 3

type Options = {
  readonly bus: ProgrammeBus
  readonly clock: Clock
  readonly segmentMs: number
  readonly windowSegments: number
  /** The first segment is there, or the package has ended. */
  readonly onReady: () => void
}

/**
 * HLS with fragmented MP4 out of the programme, in memory. Segment names and media sequence rise over restarts, as they start at the
 * wall clock; splices get a discontinuity, changed configurations a new init segment. Spec: RFC 8216 §4.3, §6.2.2
 */
export class HlsPackager implements BusReader {
  readonly #bus: ProgrammeBus
  readonly #clock: Clock
  readonly #onReady: () => void
  readonly #segmenter: Segmenter
  readonly #window: SegmentWindow
  readonly #epoch: string
  #nextSequence: number
  #inits = 0
  #init: Init | null = null
  #isSpliced = false
  #targetDurationS: number
  #startWallMs = 0
  #segmentsTotal = 0
  /** By the prefix of its addresses: a few are in use. */
  // bound: the prefixes of the server's addresses, two
  readonly #mediaTexts = new Map<string, string>()
  #limits: PlaybackLimits = noLimits

  constructor(options: Options) {
    this.#bus = options.bus
    this.#clock = options.clock
    this.#onReady = options.onReady
    this.#segmenter = new Segmenter(options.segmentMs)
    this.#window = new SegmentWindow(options.windowSegments)
    this.#targetDurationS = Math.ceil(options.segmentMs / 1000)
    // Seconds, as segments last longer than that on the whole: a restart never goes back, and the number fits 31 bits until 2038.
    this.#nextSequence = Math.floor(this.#clock.wallMs() / 1000)
    this.#epoch = this.#nextSequence.toString(36)
    this.#bus.join(this)
  }

  get isReady(): boolean {
    return this.#window.all.length > 0
  }

  /** What of the programme is not in the package, and what of it only some browsers play. */
  get limits(): PlaybackLimits {
    return this.#limits
  }

  /** The file called `name`, or null. */
  file(name: string, addresses: PackageAddresses = besideEachOther): PackageFile | null {
    if (!this.isReady) return null
    if (name === 'index.m3u8') {
      const body = multivariantPlaylist(this.#window.shown, this.#targetDurationS, addresses.media)
      return { contentType: playlistType, body, isFixed: false }
    }
    if (name === 'media.m3u8') return { contentType: playlistType, body: this.#mediaText(addresses.prefix), isFixed: false }
    const segment = this.#window.all.find((one) => one.name === name)
    if (segment !== undefined) return { contentType: 'video/iso.segment', body: segment.bytes, isFixed: true }
    const init = this.#window.all.find((one) => one.init.name === name)?.init
    return init === undefined ? null : { contentType: 'video/mp4', body: init.bytes, isFixed: true }
  }

  /** Whether the package still holds the segment or init segment. */
  has(name: string): boolean {
    return this.#window.all.some((one) => one.name === name || one.init.name === name)
  }

  stats(): PackageStats {
    return {
      segmentsTotal: this.#segmentsTotal,
      lastSegmentMs: Math.round((this.#window.all.at(-1)?.duration90k ?? 0) / ticksPerMs),
      holdBackMs: holdBackTargets * this.#targetDurationS * 1000,
    }
  }

  /** The programme is over: nothing is served until there is media again. Sequence numbers go on from where they are. */
  clear(): void {
    this.#segmenter.forget()
    if (!this.isReady) return
    this.#window.clear()
    this.#mediaTexts.clear()
    this.#onReady()
  }

  /** The source is gone for now: viewers get its last moments at once, not when it returns. */
  finishSegment(): void {
    try {
      this.#add(this.#segmenter.end())
    } catch {
      this.onFault() // called by a switch too, which must go on
    }
    this.#isSpliced = this.isReady
  }

  close(): void {
    this.#bus.leave(this)
  }

  onTracks(tracks: readonly Track[]): void {
    const { packed: taken, leftOut, limited } = planPackage(tracks)
    this.#limits = { leftOut, limited }
    if (this.#init !== null && isSame(this.#init.tracks, taken)) return
    this.#add(this.#segmenter.end())
    this.#segmenter.setTracks(taken)
    this.#isSpliced = this.isReady
    this.#init = this.#makeInit(taken)
  }

  onSplice(): void {
    this.finishSegment()
  }

  onFrame(frame: Frame): void {
    if (this.#init?.tracks.some(({ kind }) => kind === frame.track.kind) === true) this.#add(this.#segmenter.put(frame))
  }

  onFlush(): void {}

  /** Viewers get what is whole; the segment that could not be cut is left out. */
  onFault(): void {
    this.#segmenter.forget()
    this.#isSpliced = this.isReady
  }

  #add(segment: Segment | null): void {
    const init = this.#init
    if (segment === null || init === null) return
    const durationMs = segment.duration90k / ticksPerMs
    const last = this.#window.all.at(-1)
    // Within one run of media, wall time follows the timestamps: jitter of arrival is not the viewer's business.
    this.#startWallMs =
      last === undefined || this.#isSpliced
        ? this.#clock.wallMs() - durationMs
        : this.#startWallMs + (segment.startDts - last.startDts) / ticksPerMs
    const name = `${this.#epoch}-${this.#nextSequence++}.m4s`
    this.#window.add({ ...segment, name, init, isSpliced: this.#isSpliced, startWallMs: this.#startWallMs })
    this.#isSpliced = false
    this.#segmentsTotal++
    this.#mediaTexts.clear()
    // RFC 8216 wants a constant target, but no segment over it: an encoder with a longer GOP leaves no other choice.
    this.#targetDurationS = Math.max(this.#targetDurationS, Math.round(durationMs / 1000))
    if (last === undefined) this.#onReady()
  }

  #makeInit(tracks: readonly Track[]): Init | null {
    if (tracks.length === 0) return null
    const bytes = writeInitSegment(tracks.map((track) => ({ trackId: mp4TrackId(track), track })))
    return { name: `init-${this.#epoch}-${this.#inits++}.mp4`, bytes, tracks }
  }

  #mediaText(prefix: string): string {
    const text = this.#mediaTexts.get(prefix) ?? mediaPlaylist(this.#window, this.#targetDurationS, this.#nextSequence, prefix)
    this.#mediaTexts.set(prefix, text)
    return text
  }
}

const isSame = (a: readonly Track[], b: readonly Track[]): boolean =>
  a.length === b.length && a.every((track, i) => track.codec === b[i]!.codec && equalBytes(track.config, b[i]!.config))
