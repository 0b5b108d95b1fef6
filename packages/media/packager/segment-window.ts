import type { Track } from '@sluice/codecs/frame'
import type { Segment } from './segmenter.ts'

/** The init segment that a run of segments needs, and the tracks that it describes. */
export type Init = { readonly name: string; readonly bytes: Uint8Array; readonly tracks: readonly Track[] }
/** A segment as it is listed. `startWallMs`: when its first frame was made, milliseconds since 1970. */
export type Listed = Segment & { readonly name: string; readonly init: Init; readonly isSpliced: boolean; readonly startWallMs: number }

/** Segments stay servable for so many beyond the playlist: players on a slow link still fetch what they have just read of. */
const keptBeyondWindow = 6
/** So many bytes are kept of a channel, and never less than three segments, which have 32 MiB and one frame each at most: see the segmenter. */
const defaultMaxBytes = 128 * 1024 * 1024
const minSegments = 3

/** The last segments of a package: what a playlist shows, and what is servable beyond it. */
export class SegmentWindow {
  readonly #shownCount: number
  readonly #maxBytes: number
  // bound: `shownCount` and six more, and `maxBytes`; three of 32 MiB at least
  #segments: Listed[] = []
  #bytes = 0
  /** Index of the first segment that the playlist shows. */
  #firstShown = 0
  #discontinuities = 0

  constructor(shownCount: number, maxBytes = defaultMaxBytes) {
    this.#shownCount = shownCount
    this.#maxBytes = maxBytes
  }

  /** All that can be served, oldest first. */
  get all(): readonly Listed[] {
    return this.#segments
  }
  /** What the playlist shows, oldest first. */
  get shown(): readonly Listed[] {
    return this.#segments.slice(this.#firstShown)
  }
  /** Discontinuities that have left the playlist, counted as they leave, not as they are forgotten. Spec: RFC 8216 §6.2.2 */
  get discontinuities(): number {
    return this.#discontinuities
  }

  add(segment: Listed): void {
    this.#segments.push(segment)
    this.#bytes += segment.bytes.length
    const count = this.#segments.length
    let dropped = Math.max(0, count - this.#shownCount - keptBeyondWindow)
    for (let i = 0; i < dropped; i++) this.#bytes -= this.#segments[i]!.bytes.length
    for (; this.#bytes > this.#maxBytes && count - dropped > minSegments; dropped++) this.#bytes -= this.#segments[dropped]!.bytes.length
    const firstShown = Math.max(dropped, count - this.#shownCount)
    for (let i = this.#firstShown; i < firstShown; i++) if (this.#segments[i]!.isSpliced) this.#discontinuities++
    this.#segments = this.#segments.slice(dropped)
    this.#firstShown = firstShown - dropped
  }

  clear(): void {
    for (const segment of this.shown) if (segment.isSpliced) this.#discontinuities++
    this.#segments = []
    this.#bytes = 0
    this.#firstShown = 0
  }
}
