import type { Clock } from '@sluice/base/clock'
import { invariant } from '@sluice/base/errors'
import { type Track, ticksPerMs } from '@sluice/codecs/frame'
import type { InitData, Segment, SegmentMedia } from './segment.ts'

/** So many bytes are kept of a rung, and never less than three segments, which have 32 MiB and one frame each at most: see the segmenter. */
const defaultMaxBytes = 128 * 1024 * 1024
const minSegments = 3

/** A view of the store: a playlist, a recording. Called inside the programme's turn, so it may not wait. */
export interface StoreReader {
  /** The newest segment, which is in the store already. */
  onSegment(segment: Segment): void
  /** The programme is over, and the store is empty. */
  onCleared?(): void
}

type Options = {
  readonly clock: Clock
  /** The oldest segment goes for the next one beyond so many. */
  readonly maxSegments: number
  readonly maxBytes?: number
}

/**
 * The last segments of one encoding of the programme, in memory, whatever their format and whoever reads them. A packager writes; views
 * subscribe and read. The store numbers segments, keeps the init data that each needs, and says where the programme was spliced and when it was made.
 */
export class SegmentStore {
  /** The first segment's number: seconds since 1970, as segments last longer than that on the whole. A restart never goes back, and it fits 31 bits until 2038. */
  readonly firstNumber: number
  readonly #clock: Clock
  readonly #maxSegments: number
  readonly #maxBytes: number
  // bound: `maxSegments` and `maxBytes`; three of 32 MiB at least
  #segments: Segment[] = []
  // bound: one a view: the playlists
  readonly #readers = new Set<StoreReader>()
  #bytes = 0
  #nextNumber: number
  #init: InitData | null = null
  #isSpliced = false
  #splices = 0

  constructor({ clock, maxSegments, maxBytes = defaultMaxBytes }: Options) {
    this.#clock = clock
    this.#maxSegments = maxSegments
    this.#maxBytes = maxBytes
    this.firstNumber = Math.floor(clock.wallMs() / 1000)
    this.#nextNumber = this.firstNumber
  }

  /** Oldest first, each number one above the one before. A new list for each segment: who holds on to one may read it at leisure. */
  get segments(): readonly Segment[] {
    return this.#segments
  }

  /** What the next segment will need; null before the first tracks. */
  get init(): InitData | null {
    return this.#init
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#bytes
  }

  /** Segments since the store was opened. */
  get segmentsTotal(): number {
    return this.#nextNumber - this.firstNumber
  }

  /** Undefined: not made yet, or gone. */
  segment(number: number): Segment | undefined {
    return this.#segments[number - (this.#segments[0]?.number ?? 0)]
  }

  /** Init data that a segment of the store needs. */
  initOf(version: number): InitData | undefined {
    return this.#segments.find(({ init }) => init.version === version)?.init
  }

  /** Adds a view. It reads what is there by itself, and hears of what comes. Answers the end of the subscription. */
  subscribe(reader: StoreReader): () => void {
    this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }

  /** From now on segments hold these tracks and need these bytes. What follows is spliced. */
  setInit(tracks: readonly Track[], bytes: Uint8Array): void {
    this.#init = { version: (this.#init?.version ?? -1) + 1, tracks, bytes }
    this.splice()
  }

  /** The next segment does not continue the last one, if there is one. */
  splice(): void {
    this.#isSpliced = this.#segments.length > 0
  }

  /** Takes the next segment of the programme, whose last frame has just come in. */
  add(media: SegmentMedia): void {
    const init = this.#init
    invariant(init !== null, 'a segment was added before its init data')
    const last = this.#segments.at(-1)
    // Within one run of media, wall time follows the timestamps: jitter of arrival is not the viewer's business.
    const startWallMs =
      last === undefined || this.#isSpliced
        ? this.#clock.wallMs() - media.duration90k / ticksPerMs
        : last.startWallMs + (media.startDts - last.startDts) / ticksPerMs
    if (this.#isSpliced) this.#splices++
    const segment = { ...media, number: this.#nextNumber++, init, isSpliced: this.#isSpliced, splices: this.#splices, startWallMs }
    this.#isSpliced = false
    this.#keep(segment)
    this.#tell((reader) => reader.onSegment(segment))
  }

  /** The programme is over. Numbers go on from where they are. */
  clear(): void {
    if (this.#segments.length === 0) return
    this.#segments = []
    this.#bytes = 0
    this.#tell((reader) => reader.onCleared?.())
  }

  #keep(segment: Segment): void {
    const all = [...this.#segments, segment]
    this.#bytes += segment.bytes.length
    let dropped = 0
    while (all.length - dropped > this.#maxSegments || (this.#bytes > this.#maxBytes && all.length - dropped > minSegments)) {
      this.#bytes -= all[dropped++]!.bytes.length
    }
    this.#segments = all.slice(dropped)
  }

  /** A view that throws keeps nothing from the others: the first error goes to the caller once all have heard. */
  #tell(tell: (reader: StoreReader) => void): void {
    const errors: unknown[] = []
    for (const reader of this.#readers) {
      try {
        tell(reader)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
