import { equalBytes } from '@sluice/base/bytes'
import type { Clock } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { writeInitSegment } from '@sluice/containers/fmp4'
import type { BusReader, ProgrammeBus } from '../bus/index.ts'
import { mediaPlaylist, multivariantPlaylist } from './playlists.ts'
import { type Init, SegmentWindow } from './segment-window.ts'
import { mp4TrackId, type Segment, Segmenter } from './segmenter.ts'

/** A file of the package as the HTTP side serves it. `isFixed`: its name never gets other bytes. */
export type PackageFile = { readonly contentType: string; readonly body: string | Uint8Array; readonly isFixed: boolean }

/** `holdBackMs`: how far behind the newest segment players stay. */
type PackageStats = {
  readonly segmentsTotal: number
  readonly lastSegmentMs: number
  readonly viewers: number
  readonly bytesServedTotal: number
  readonly holdBackMs: number
}

const playlistType = 'application/vnd.apple.mpegurl'
/** A viewer is one who asked for the playlist this recently. */
const viewerMs = 10_000
/** A client starts no closer than three target durations to the end of the playlist. Spec: RFC 8216 §6.3.3 */
const holdBackTargets = 3
const maxViewers = 100_000

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
  // bound: `maxViewers`, later ones are not counted
  readonly #viewers = new Map<string, number>()
  #nextSequence: number
  #inits = 0
  #init: Init | null = null
  #isSpliced = false
  #targetDurationS: number
  #startWallMs = 0
  #segmentsTotal = 0
  #bytesServed = 0
  #mediaText: string | null = null
  #problem: string | null = null

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

  /** Why the programme can't be packaged, in one sentence, or null. */
  get problem(): string | null {
    return this.#problem
  }

  /** The file called `name`, or null. `viewer` tells viewers apart, for counting alone. */
  file(name: string, viewer: string): PackageFile | null {
    const found = this.#find(name, viewer)
    if (found !== null) this.#bytesServed += found.body.length
    return found
  }

  stats(nowMs: number): PackageStats {
    for (const [viewer, atMs] of this.#viewers) if (nowMs - atMs > viewerMs) this.#viewers.delete(viewer)
    return {
      segmentsTotal: this.#segmentsTotal,
      lastSegmentMs: Math.round((this.#window.all.at(-1)?.duration90k ?? 0) / ticksPerMs),
      viewers: this.#viewers.size,
      bytesServedTotal: this.#bytesServed,
      holdBackMs: holdBackTargets * this.#targetDurationS * 1000,
    }
  }

  /** The programme is over: nothing is served until there is media again. Sequence numbers go on from where they are. */
  clear(): void {
    this.#segmenter.forget()
    if (!this.isReady) return
    this.#window.clear()
    this.#mediaText = null
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
    const taken = tracks.filter((track) => track.id === 0)
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
    if (this.#init !== null) this.#add(this.#segmenter.put(frame))
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
    this.#mediaText = null
    // RFC 8216 wants a constant target, but no segment over it: an encoder with a longer GOP leaves no other choice.
    this.#targetDurationS = Math.max(this.#targetDurationS, Math.round(durationMs / 1000))
    if (last === undefined) this.#onReady()
  }

  #makeInit(tracks: readonly Track[]): Init | null {
    if (tracks.length === 0) return null
    try {
      const bytes = writeInitSegment(tracks.map((track) => ({ trackId: mp4TrackId(track), track })))
      this.#problem = null
      return { name: `init-${this.#epoch}-${this.#inits++}.mp4`, bytes, tracks }
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error
      this.#problem = error.message
      return null
    }
  }

  #find(name: string, viewer: string): PackageFile | null {
    if (!this.isReady) return null
    if (name === 'index.m3u8') {
      return { contentType: playlistType, body: multivariantPlaylist(this.#window.shown, this.#targetDurationS), isFixed: false }
    }
    if (name === 'media.m3u8') {
      if (this.#viewers.size < maxViewers || this.#viewers.has(viewer)) this.#viewers.set(viewer, this.#clock.nowMs())
      this.#mediaText ??= mediaPlaylist(this.#window, this.#targetDurationS, this.#nextSequence)
      return { contentType: playlistType, body: this.#mediaText, isFixed: false }
    }
    const segment = this.#window.all.find((one) => one.name === name)
    if (segment !== undefined) return { contentType: 'video/iso.segment', body: segment.bytes, isFixed: true }
    const init = this.#window.all.find((one) => one.init.name === name)?.init
    return init === undefined ? null : { contentType: 'video/mp4', body: init.bytes, isFixed: true }
  }
}

const isSame = (a: readonly Track[], b: readonly Track[]): boolean =>
  a.length === b.length && a.every((track, i) => track.codec === b[i]!.codec && equalBytes(track.config, b[i]!.config))
