import { equalBytes } from '@sluice/base/bytes'
import type { DataTrack, Frame, Track } from '@sluice/codecs/frame'
import { writeInitSegment } from '@sluice/containers/fmp4'
import type { BusReader, ProgrammeBus } from '../bus/index.ts'
import type { SegmentMedia, SegmentStore } from '../store/index.ts'
import { noLimits, type PlaybackLimits, planPackage } from './plan-package.ts'
import { mp4TrackId, Segmenter } from './segmenter.ts'

type Options = {
  readonly bus: ProgrammeBus
  readonly store: SegmentStore
  /** What a segment should last; the next key frame ends it. */
  readonly segmentMs: number
}

/** Cuts the programme into segments of fragmented MP4 and puts them into a store: the one writer that the store has. */
export class Packager implements BusReader {
  readonly #bus: ProgrammeBus
  readonly #store: SegmentStore
  readonly #segmenter: Segmenter
  // bound: the first track of each kind
  #packed: readonly Track[] = []
  #limits: PlaybackLimits = noLimits
  // bound: those of the bus
  #dataTracks: readonly DataTrack[] = []

  constructor({ bus, store, segmentMs }: Options) {
    this.#bus = bus
    this.#store = store
    this.#segmenter = new Segmenter(segmentMs)
    this.#bus.join(this)
  }

  /** What of the programme is not in the package, and what of it only some browsers play. */
  get limits(): PlaybackLimits {
    return this.#limits
  }

  /** Timed data of the programme, which fragmented MP4 has no place for here. */
  get leftOutData(): readonly DataTrack[] {
    return this.#dataTracks
  }

  /** The programme is over: the store is emptied until there is media again. */
  clear(): void {
    this.#segmenter.forget()
    this.#store.clear()
  }

  /** The source is gone for now: viewers get its last moments at once, not when it returns. */
  finishSegment(): void {
    try {
      this.#add(this.#segmenter.end())
    } catch {
      this.onFault() // called by a switch too, which must go on
    }
    this.#store.splice()
  }

  /** Gives up the open segment. What is in the store stays there. */
  close(): void {
    this.#bus.leave(this)
    this.#segmenter.forget()
  }

  onTracks(tracks: readonly Track[]): void {
    const { packed, leftOut, limited } = planPackage(tracks)
    this.#limits = { leftOut, limited }
    if (isSame(this.#packed, packed)) return
    this.#add(this.#segmenter.end())
    this.#segmenter.setTracks(packed)
    this.#packed = packed
    if (packed.length > 0) this.#store.setInit(packed, writeInitSegment(packed.map((track) => ({ trackId: mp4TrackId(track), track }))))
  }

  onDataTracks(tracks: readonly DataTrack[]): void {
    this.#dataTracks = tracks
  }

  onSplice(): void {
    this.finishSegment()
  }

  onFrame(frame: Frame): void {
    if (this.#packed.some(({ kind }) => kind === frame.track.kind)) this.#add(this.#segmenter.put(frame))
  }

  onFlush(): void {}

  /** Viewers get what is whole; the segment that could not be cut is left out. */
  onFault(): void {
    this.#segmenter.forget()
    this.#store.splice()
  }

  #add(segment: SegmentMedia | null): void {
    if (segment !== null) this.#store.add(segment)
  }
}

const isSame = (a: readonly Track[], b: readonly Track[]): boolean =>
  a.length === b.length && a.every((track, i) => track.codec === b[i]!.codec && equalBytes(track.config, b[i]!.config))
