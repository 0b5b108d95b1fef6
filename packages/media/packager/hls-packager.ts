import { equalBytes } from '@sluice/base/bytes'
import type { Clock } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import { type Frame, type Track, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { writeInitSegment } from '@sluice/containers/fmp4'
import { formatMediaPlaylist, formatMultivariantPlaylist, type MediaSegment } from '@sluice/containers/m3u8'
import type { BusReader, ProgrammeBus } from '../bus/index.ts'
import { mp4TrackId, type Segment, Segmenter } from './segmenter.ts'

type Init = { readonly name: string; readonly bytes: Uint8Array; readonly tracks: readonly Track[] }
type Listed = Segment & { readonly name: string; readonly init: Init; readonly isSpliced: boolean; readonly startWallMs: number }

/** A file of the package as the HTTP side serves it. `isFixed`: its name never gets other bytes. */
export type PackageFile = { readonly contentType: string; readonly body: string | Uint8Array; readonly isFixed: boolean }

/** Segments stay servable for so many beyond the playlist: players on a slow link still fetch what they have just read of. */
const keptBeyondWindow = 6
const playlistType = 'application/vnd.apple.mpegurl'
const hlsVersion = 7
/** A viewer is one who asked for the playlist this recently. */
const viewerMs = 10_000
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
  readonly #windowSegments: number
  readonly #onReady: () => void
  readonly #segmenter: Segmenter
  readonly #segmentMs: number
  readonly #epoch: string
  readonly #viewers = new Map<string, number>()
  #segments: Listed[] = []
  #nextSequence: number
  #discontinuities = 0
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
    this.#windowSegments = options.windowSegments
    this.#onReady = options.onReady
    this.#segmentMs = options.segmentMs
    this.#segmenter = new Segmenter(options.segmentMs)
    this.#targetDurationS = Math.ceil(options.segmentMs / 1000)
    const wallMs = this.#clock.wallMs()
    this.#epoch = Math.floor(wallMs / 1000).toString(36)
    this.#nextSequence = Math.floor(wallMs / options.segmentMs)
    this.#bus.join(this)
  }

  get isReady(): boolean {
    return this.#segments.length > 0
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

  stats(nowMs: number): { segmentsTotal: number; lastSegmentMs: number; viewers: number; bytesServedTotal: number } {
    for (const [viewer, atMs] of this.#viewers) if (nowMs - atMs > viewerMs) this.#viewers.delete(viewer)
    return {
      segmentsTotal: this.#segmentsTotal,
      lastSegmentMs: Math.round((this.#segments.at(-1)?.duration90k ?? 0) / ticksPerMs),
      viewers: this.#viewers.size,
      bytesServedTotal: this.#bytesServed,
    }
  }

  /** The programme is over: nothing is served until there is media again. Sequence numbers go on from where they are. */
  clear(): void {
    this.#segmenter.end()
    if (this.#segments.length === 0) return
    this.#segments = []
    this.#mediaText = null
    this.#onReady()
  }

  close(): void {
    this.#bus.leave(this)
  }

  onTracks(tracks: readonly Track[]): void {
    const taken = tracks.filter((track) => track.id === 0)
    if (this.#init !== null && isSame(this.#init.tracks, taken)) return
    this.#add(this.#segmenter.end())
    this.#segmenter.setTracks(taken)
    this.#isSpliced = this.#segments.length > 0
    this.#init = this.#makeInit(taken)
  }

  onSplice(): void {
    this.#add(this.#segmenter.end())
    this.#isSpliced = this.#segments.length > 0
  }

  onFrame(frame: Frame): void {
    if (this.#init !== null) this.#add(this.#segmenter.put(frame))
  }

  onFlush(): void {}

  #add(segment: Segment | null): void {
    const init = this.#init
    if (segment === null || init === null) return
    const durationMs = segment.duration90k / ticksPerMs
    const last = this.#segments.at(-1)
    // Within one run of media, wall time follows the timestamps: jitter of arrival is not the viewer's business.
    this.#startWallMs =
      last === undefined || this.#isSpliced
        ? this.#clock.wallMs() - durationMs
        : this.#startWallMs + (segment.startDts - last.startDts) / ticksPerMs
    const name = `${this.#epoch}-${this.#nextSequence++}.m4s`
    this.#segments.push({ ...segment, name, init, isSpliced: this.#isSpliced, startWallMs: this.#startWallMs })
    this.#isSpliced = false
    this.#segmentsTotal++
    this.#mediaText = null
    // RFC 8216 wants a constant target, but no segment over it: an encoder with a longer GOP leaves no other choice.
    this.#targetDurationS = Math.max(this.#targetDurationS, Math.round(durationMs / 1000))
    while (this.#segments.length > this.#windowSegments + keptBeyondWindow) this.#segments.shift()
    // Counted as they leave the playlist, not as they are forgotten. Spec: RFC 8216 §6.2.2
    if (this.#segments.length > this.#windowSegments && this.#segments.at(-this.#windowSegments - 1)!.isSpliced) this.#discontinuities++
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
    if (name === 'index.m3u8') return { contentType: playlistType, body: this.#multivariant(), isFixed: false }
    if (name === 'media.m3u8') {
      if (this.#viewers.size < maxViewers || this.#viewers.has(viewer)) this.#viewers.set(viewer, this.#clock.nowMs())
      this.#mediaText ??= this.#media()
      return { contentType: playlistType, body: this.#mediaText, isFixed: false }
    }
    const segment = this.#segments.find((one) => one.name === name)
    if (segment !== undefined) return { contentType: 'video/iso.segment', body: segment.bytes, isFixed: true }
    const init = this.#segments.find((one) => one.init.name === name)?.init
    return init === undefined ? null : { contentType: 'video/mp4', body: init.bytes, isFixed: true }
  }

  #media(): string {
    const shown = this.#segments.slice(-this.#windowSegments)
    const segments = shown.map(
      (segment): MediaSegment => ({
        uri: segment.name,
        durationS: segment.duration90k / ticksPerSecond,
        hasDiscontinuity: segment.isSpliced,
        map: { uri: segment.init.name },
        programDateTimeMs: segment.startWallMs,
      }),
    )
    return formatMediaPlaylist({
      version: hlsVersion,
      targetDurationS: this.#targetDurationS,
      mediaSequence: this.#nextSequence - shown.length,
      discontinuitySequence: this.#discontinuities,
      hasIndependentSegments: true,
      isEnded: false,
      segments,
    })
  }

  #multivariant(): string {
    const recent = this.#segments.slice(-this.#windowSegments)
    const rates = recent.map((segment) => (segment.bytes.length * 8 * ticksPerSecond) / Math.max(1, segment.duration90k))
    const { tracks } = this.#segments.at(-1)!.init
    const video = tracks.find((track) => track.kind === 'video')
    return formatMultivariantPlaylist({
      version: hlsVersion,
      hasIndependentSegments: true,
      renditions: [],
      variants: [
        {
          uri: 'media.m3u8',
          bandwidthBps: Math.max(...rates),
          averageBandwidthBps: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
          codecs: tracks.map((track) => track.codecString),
          ...(video === undefined || video.width === 0 ? {} : { resolution: { width: video.width, height: video.height } }),
          ...(video?.kind !== 'video' || video.fps === null ? {} : { fps: video.fps }),
        },
      ],
    })
  }
}

const isSame = (a: readonly Track[], b: readonly Track[]): boolean =>
  a.length === b.length && a.every((track, i) => track.codec === b[i]!.codec && equalBytes(track.config, b[i]!.config))
