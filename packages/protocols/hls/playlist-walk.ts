import type { Failure } from '@sluice/base/errors'
import type { MediaPlaylist, MediaSegment } from '@sluice/containers/m3u8'
import { liveStartSegments, maxBehindTargets, reloadBytesPerMs, staleTargets, targetDurationRangeS } from './constants.ts'

/** The next segment to fetch. */
export type WalkStep = {
  readonly sequence: number
  readonly segment: MediaSegment
  /** What comes does not go on from what came: codecs and times may be others. Not so behind a gap. */
  readonly isDiscontinuous: boolean
}

/** `live` grows at its end; a `recording` is whole and starts over; `ended` was live, and plays to its end. */
type WalkKind = 'unknown' | 'live' | 'recording' | 'ended'

/**
 * The way through one media playlist: which segment comes next, and when to load the playlist again. Pure: playlists and times in, steps
 * out. Spec: RFC 8216 §6.3.3 to §6.3.5
 */
export class PlaylistWalk {
  readonly #mayRepeat: boolean
  #kind: WalkKind = 'unknown'
  #playlist: MediaPlaylist | null = null
  #next = 0
  #isDiscontinuous = false
  #reloadAtMs: number | null = null
  #staleSinceMs: number | null = null

  /** `mayRepeat`: a playlist that is whole when first seen is a recording, to be played over and over; else it is a stream that has ended. */
  constructor(options: { mayRepeat: boolean }) {
    this.#mayRepeat = options.mayRepeat
  }

  get isLive(): boolean {
    return this.#kind === 'live' || this.#kind === 'ended'
  }
  get isRecording(): boolean {
    return this.#kind === 'recording'
  }
  /** When to load the playlist again; null: not at all, or not before the first. */
  get reloadAtMs(): number | null {
    return this.#reloadAtMs
  }
  /** Milliseconds; of a second until the first playlist is there. */
  get targetMs(): number {
    const { min, max } = targetDurationRangeS
    return 1000 * Math.min(max, Math.max(min, this.#playlist?.targetDurationS ?? 1))
  }
  /** Live, and all that there will ever be was given out. */
  get isOver(): boolean {
    return this.#kind === 'ended' && this.#next > this.#last
  }
  /** Media in the playlist that was not given out. */
  get aheadMs(): number {
    const list = this.#playlist
    if (list === null) return 0
    return list.segments.slice(Math.max(0, this.#next - list.mediaSequence)).reduce((sum, { durationS }) => sum + durationS * 1000, 0)
  }

  /** A playlist of `textBytes` came, whose load began at `startedMs`. A failure: there is no way through it. */
  load(playlist: MediaPlaylist, startedMs: number, textBytes = 0): Failure | null {
    const odd = this.#check(playlist)
    if (odd !== null) return odd
    const isNews = this.#isNews(playlist)
    // Spec: RFC 8216 §6.3.4: the target duration after a change, half of it when there was none; from the start of the load on.
    const isStale = this.#isStale(playlist, startedMs)
    if (this.#kind === 'unknown') this.#begin(playlist)
    else if (!isStale) this.#goOn(playlist)
    if (!isStale) this.#playlist = playlist
    const waitMs = Math.max(isNews && !isStale ? this.targetMs : this.targetMs / 2, textBytes / reloadBytesPerMs)
    this.#reloadAtMs = playlist.isEnded && !isStale ? null : startedMs + waitMs
    return null
  }

  /** The load has to wait. */
  delay(atMs: number): void {
    this.#reloadAtMs = atMs
  }

  /** The playlist could not be loaded: when to try again. */
  miss(startedMs: number): void {
    this.#reloadAtMs = startedMs + this.targetMs / 2
  }

  /** The next segment, or null: none is there yet. A gap is passed over. */
  take(): WalkStep | null {
    const list = this.#playlist
    if (list === null) return null
    if (this.#kind === 'recording' && this.#next > this.#last) this.#beginAnew(list.mediaSequence)
    for (; this.#next <= this.#last; this.#next++) {
      const segment = list.segments[this.#next - list.mediaSequence]
      if (segment === undefined || segment.isGap === true) continue
      const isDiscontinuous = this.#isDiscontinuous || segment.hasDiscontinuity === true
      this.#isDiscontinuous = false
      return { sequence: this.#next++, segment, isDiscontinuous }
    }
    return null
  }

  /** Whether it hangs so far behind that it is better to skip media, with `waitingMs` of it fetched and not played. */
  isFarBehind(waitingMs: number): boolean {
    const list = this.#playlist
    if (this.#kind !== 'live' || list === null) return false
    // Asked with every frame: a playlist of a day is not added up for that.
    let leftMs = (liveStartSegments + maxBehindTargets) * this.targetMs - waitingMs
    for (let i = Math.max(0, this.#next - list.mediaSequence); i < list.segments.length && leftMs >= 0; i++)
      leftMs -= list.segments[i]!.durationS * 1000
    return leftMs < 0
  }

  /** Goes on at the live edge. */
  skipToEdge(): void {
    this.#next = this.#edge
  }

  get #last(): number {
    return this.#playlist === null ? -1 : this.#playlist.mediaSequence + this.#playlist.segments.length - 1
  }

  get #edge(): number {
    return Math.max(this.#playlist?.mediaSequence ?? 0, this.#last - liveStartSegments + 1)
  }

  #beginAnew(at: number): void {
    this.#next = at
    this.#isDiscontinuous = true
  }

  #check({ mediaSequence, segments, isEnded }: MediaPlaylist): Failure | null {
    const broken = (message: string): Failure => ({ kind: 'handshake', code: 'HLS_PLAYLIST', message })
    if (!Number.isSafeInteger(mediaSequence + segments.length)) return broken('the media sequence number is no whole number below 2^53')
    if (isEnded && segments.length === 0) return broken('the playlist is ended and has no segment')
    const method = segments.find(({ keyMethod }) => keyMethod !== undefined)?.keyMethod
    if (method === undefined) return null
    const message = `the segments are encrypted (${method.replace(/[^\w-]/g, '').slice(0, 20)}), clear ones expected`
    return { kind: 'codec', code: 'HLS_ENCRYPTED', message }
  }

  #begin(playlist: MediaPlaylist): void {
    this.#playlist = playlist
    if (!playlist.isEnded) this.#kind = 'live'
    else this.#kind = this.#mayRepeat && isWhole(playlist) ? 'recording' : 'ended'
    this.#next = this.#kind === 'recording' ? playlist.mediaSequence : this.#edge
    // A stream that had ended before we came is not worth its last segments.
    if (this.#kind === 'ended') this.#next = this.#last + 1
  }

  #goOn(playlist: MediaPlaylist): void {
    const wentBack = this.#wentBack(playlist)
    this.#playlist = playlist
    if (this.#kind === 'live' && playlist.isEnded) this.#kind = 'ended'
    if (wentBack) this.#beginAnew(this.#edge)
    // What was to come next was dropped already: the time stamps tell how much is missing.
    else if (this.#next < playlist.mediaSequence) this.skipToEdge()
  }

  #isNews({ mediaSequence, segments, isEnded }: MediaPlaylist): boolean {
    const before = this.#playlist
    if (before === null || before.isEnded !== isEnded) return true
    return (
      before.mediaSequence !== mediaSequence || before.segments.length !== segments.length || before.segments[0]?.uri !== segments[0]?.uri
    )
  }

  /** It ends before what was already seen: of another server behind the same address, or of a stream that began anew. */
  #wentBack({ mediaSequence, segments }: MediaPlaylist): boolean {
    return segments.length > 0 && mediaSequence + segments.length - 1 < this.#next - 1
  }

  /** An older state of the same stream, which a cache or a second server has; not for ever. */
  #isStale(playlist: MediaPlaylist, nowMs: number): boolean {
    if (this.#playlist === null || !this.#wentBack(playlist) || !hasInCommon(this.#playlist, playlist)) {
      this.#staleSinceMs = null
      return false
    }
    this.#staleSinceMs ??= nowMs
    return nowMs - this.#staleSinceMs < staleTargets * this.targetMs
  }
}

/** All of it is there, and nothing has left at its top. */
const isWhole = ({ playlistType, mediaSequence }: MediaPlaylist): boolean => playlistType !== undefined || mediaSequence <= 1

/** A segment of the same number and address is in both. */
function hasInCommon(a: MediaPlaylist, b: MediaPlaylist): boolean {
  return b.segments.some(({ uri }, i) => a.segments[b.mediaSequence + i - a.mediaSequence]?.uri === uri)
}
