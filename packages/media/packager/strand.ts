import { BoundedQueue } from '@sluice/base/bounded'
import { type Frame, type Track, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { silenceFor } from '../slate/index.ts'
import type { Boundary, MediaStore } from '../store/index.ts'
import type { Lane } from './lane.ts'

/** Sound comes up to a second before or after its picture. */
const pendingBounds = { maxCount: 600, maxBytes: 16 * 1024 * 1024, bytesOf: (frame: Frame) => frame.bytes.length }

/**
 * A track that begins its segments where another one says: the frame that is shown nearest to a boundary of the store is the first of its
 * segment. Times are those of showing, as sound and other encodings do not know how long the first picture waits for it. Frames
 * wait until it is known that no boundary comes before them.
 */
export class Strand {
  readonly lane: Lane
  readonly #store: MediaStore
  readonly #needsKey: boolean
  #track: Track | null = null
  readonly #pending = new BoundedQueue<Frame>(pendingBounds)

  constructor(lane: Lane, store: MediaStore) {
    this.lane = lane
    this.#store = store
    this.#needsKey = lane.rendition.kind === 'video'
  }

  /** The newest frame that waits; undefined: none does. */
  get newest(): Frame | undefined {
    return this.#pending.last
  }

  /** What it holds from now on, or held last. */
  get track(): Track | null {
    return this.#track
  }

  setTrack(track: Track): void {
    this.#track = track
    this.lane.setTrack(track)
  }

  offer(frame: Frame): void {
    if (!this.#pending.hasRoom(frame)) this.#pending.take()
    this.#pending.offer(frame)
  }

  take(): Frame | undefined {
    return this.#pending.take()
  }

  /** Places what can be placed: boundaries up to `watermark` are known. */
  drain(watermark: number): void {
    for (let frame = this.#pending.first; frame !== undefined; frame = this.#pending.first) {
      if (!this.#place(frame, watermark)) return
      this.#pending.take()
    }
  }

  /** Ends the open segment at about `endDts`, where the programme is spliced: what comes after it is not of this run of media. `endDts` is on this track's own time. */
  finish(endDts: number): void {
    for (let frame = this.#pending.take(); frame !== undefined; frame = this.#pending.take()) {
      if (frame.dts < endDts) this.#place(frame, Number.POSITIVE_INFINITY)
    }
    this.fill(endDts)
    this.lane.end(null)
  }

  /** Nothing came up to `dts`: silence where there is some for the codec, else a gap. A track without either stops every player. */
  fill(dts: number): void {
    const track = this.#track
    const silence = track?.kind === 'audio' ? silenceFor(track) : null
    if (track === null || silence === null) {
      this.#fillWithGaps(dts)
      return
    }
    const step = (silence.samples / silence.sampleRate) * ticksPerSecond
    const at = this.#newestAt(dts)
    if (this.lane.number === null && at === undefined) return
    const from = this.lane.number === null ? at!.startPts : this.lane.endDts
    for (let due = from; due + step <= dts; due += step) {
      const frame = { track, dts: Math.round(due), pts: Math.round(due), isKey: true, bytes: silence.bytes }
      this.#place(frame, dts)
    }
  }

  forget(): void {
    this.#pending.clear()
    this.lane.forget()
  }

  /** False: it has to wait. */
  #place(frame: Frame, watermark: number): boolean {
    const early = frame.pts + this.lane.step / 2
    if (this.lane.number === null) {
      const at = this.#newestAt(early)
      if (at === undefined) return early <= watermark
      if (this.#needsKey && !frame.isKey) return true
      this.#beginAt(at, frame.dts, frame.pts)
    }
    for (let next = this.#next(); next !== undefined && early >= next.startPts; next = this.#next()) {
      // A frame that comes long after the boundary is of a later segment: this one has nothing.
      const isNear = frame.pts < next.startPts + 2 * this.lane.step
      const atDts = isNear ? frame.dts : frame.dts - (frame.pts - next.startPts)
      this.lane.end(next.isSpliced ? null : atDts)
      this.#beginAt(next, atDts, isNear ? frame.pts : next.startPts)
    }
    if (this.#next() === undefined && early > watermark) return false
    if (frame.dts < this.lane.endDts - this.lane.step) return true // it came after its time was filled
    this.lane.put(frame)
    return true
  }

  #next(): Boundary | undefined {
    return this.lane.number === null ? undefined : this.#store.boundary(this.lane.number + 1)
  }

  /** The newest segment, where it has begun by `dts` and this track has nothing of it. */
  #newestAt(dts: number): Boundary | undefined {
    const at = this.#store.boundaryAt(dts)
    return at !== undefined && at.number === this.#store.position.number && at.number > this.lane.lastNumber ? at : undefined
  }

  #fillWithGaps(dts: number): void {
    if (this.lane.number === null) {
      const at = this.#newestAt(dts)
      if (at === undefined) return
      this.#beginAt(at, at.startPts, at.startPts)
    }
    for (let next = this.#next(); next !== undefined && next.startPts <= dts; next = this.#next()) {
      this.lane.end(next.isSpliced ? null : next.startPts)
      this.#beginAt(next, next.startPts, next.startPts)
    }
    this.lane.gapTo(dts)
  }

  /** Segments that this track had nothing for are there all the same: one number is one moment in every rendition. */
  #beginAt(boundary: Boundary, startDts: number, startPts: number): void {
    const { rendition } = this.lane
    const isFirst = rendition.isEmpty
    for (let number = this.lane.lastNumber + 1; !isFirst && number < boundary.number; number++) {
      const skipped = this.#store.boundary(number)
      const next = this.#store.boundary(number + 1)
      if (skipped === undefined || next === undefined) {
        rendition.clear()
        break
      }
      this.lane.begin(skipped, skipped.startPts, skipped.startWallMs)
      this.lane.gapTo(next.isSpliced ? skipped.startPts + this.lane.step * 10 : next.startPts)
      this.lane.end(null)
    }
    this.lane.begin(boundary, startDts, boundary.startWallMs + (startPts - boundary.startPts) / ticksPerMs)
  }
}
