import type { DataTrack, Frame, Track } from '@sluice/codecs/frame'
import { GopCache } from './gop-cache.ts'
import { type ProgrammeData, withDataTrack } from './programme-data.ts'
import { TrackSet } from './track-set.ts'

/** Whoever takes the programme: fan-outs, the packager, later the recorder and the ladder. Nothing here may await or wait. */
export interface BusReader {
  /** The set of tracks changed; frames of the new configuration follow. */
  onTracks(tracks: readonly Track[]): void
  /** The set of tracks of timed data changed. */
  onDataTracks?(tracks: readonly DataTrack[]): void
  /** Media was spliced (another input, a reconnect, a jump): the next frame does not continue the one before. */
  onSplice(): void
  onFrame(frame: Frame): void
  /** Another encoding of the pictures by the encoder itself, on their clock. It is in neither `tracks` nor `gop`. */
  onRendition?(frame: Frame): void
  /** Timed data, between the frames that it came between. Who joins later does not get it. */
  onData?(data: ProgrammeData): void
  /** The source has given all it had for now: the place to write what was gathered. */
  onFlush(): void
  /** One of the calls above threw: a fault of our own, which is this reader's alone. It drops what it can't trust any more. */
  onFault?(): void
}

/** Hears of a reader's fault; the other readers and the source go on. */
export type OnReaderFault = (error: unknown) => void

/**
 * The programme on its last common metre: after the switch and the timeline, before everything that leaves. Holds the tracks and
 * the last GOP for those who join, and hands each frame to all readers in turn.
 */
export class ProgrammeBus {
  // bound: one a wire format that an output or player speaks, and the packager
  readonly #readers = new Set<BusReader>()
  readonly #tracks = new TrackSet()
  readonly #gop = new GopCache()
  // bound: `maxDataTracks`, withDataTrack adds no more
  #dataTracks: readonly DataTrack[] = []
  /** The first video track is new or changed, and its first key frame has not come. */
  #awaitsKey = false
  readonly #onFault: OnReaderFault

  constructor(onFault: OnReaderFault = () => {}) {
    this.#onFault = onFault
  }

  get tracks(): readonly Track[] {
    return this.#tracks.all
  }

  /** Timed data that the programme has had since the last splice, or that its source was known to have then. */
  get dataTracks(): readonly DataTrack[] {
    return this.#dataTracks
  }

  /** The frames since the last key frame: what a joiner takes first. */
  get gop(): readonly Frame[] {
    return this.#gop.frames
  }

  /** Distance of the last two key frames; null: not known. */
  get gopTicks(): number | null {
    return this.#gop.gopTicks
  }

  /** Adds a reader and tells it the tracks. It gets live frames from now on; `gop` is there for it to take first. */
  join(reader: BusReader): void {
    this.#readers.add(reader)
    if (this.#tracks.all.length > 0) this.#tell(reader, () => reader.onTracks(this.#tracks.all))
    if (this.#dataTracks.length > 0) this.#tell(reader, () => reader.onDataTracks?.(this.#dataTracks))
  }

  leave(reader: BusReader): void {
    this.#readers.delete(reader)
  }

  /** Takes the next frame. Video of a new or changed track is held back until its first key frame: nobody could decode it. */
  putFrame(frame: Frame): void {
    const isMainVideo = frame.track.kind === 'video' && frame.track.id === 0
    if (this.#tracks.put(frame.track)) {
      this.#awaitsKey ||= isMainVideo
      // A GOP across a change of configuration would need both configurations: joiners start at the next key frame.
      if (frame.track.kind === 'video') this.#gop.clear()
      for (const reader of this.#readers) this.#tell(reader, () => reader.onTracks(this.#tracks.all))
    }
    if (isMainVideo && this.#awaitsKey) {
      if (!frame.isKey) return
      this.#awaitsKey = false
    }
    this.#gop.push(frame)
    for (const reader of this.#readers) {
      // Not by #tell: this is the hot path, and a closure for each frame and reader is not free.
      try {
        reader.onFrame(frame)
      } catch (error) {
        this.#fault(reader, error)
      }
    }
  }

  /** Hands on another encoding of the pictures, to readers that ask for such. */
  putRendition(frame: Frame): void {
    for (const reader of this.#readers) if (reader.onRendition !== undefined) this.#tell(reader, () => reader.onRendition?.(frame))
  }

  /** Timed data for all readers. Held back with the video: a cue must not come before the picture that it is of. */
  putData(data: ProgrammeData): void {
    if (this.#awaitsKey) return
    this.#setDataTracks(withDataTrack(this.#dataTracks, data.track))
    for (const reader of this.#readers) this.#tell(reader, () => reader.onData?.(data))
  }

  /** A track that gives nothing any more: readers are told the others. Its frames, should any come, bring it back. */
  dropTrack(track: Track): void {
    if (!this.#tracks.remove(track)) return
    if (track.kind === 'video') this.#gop.clear()
    if (!this.#tracks.all.some(({ kind }) => kind === 'video')) this.#awaitsKey = false
    for (const reader of this.#readers) this.#tell(reader, () => reader.onTracks(this.#tracks.all))
  }

  /** Splices: `tracks` and `dataTracks` are those of what follows, all others are forgotten. */
  splice(tracks: readonly Track[], dataTracks: readonly DataTrack[] = []): void {
    this.#gop.clear()
    this.#tracks.clear()
    this.#awaitsKey = tracks.some((track) => track.kind === 'video')
    for (const track of tracks) this.#tracks.put(track)
    for (const reader of this.#readers) {
      this.#tell(reader, () => {
        reader.onSplice()
        reader.onTracks(this.#tracks.all)
      })
    }
    this.#setDataTracks(dataTracks)
  }

  #setDataTracks(tracks: readonly DataTrack[]): void {
    if (tracks === this.#dataTracks || (tracks.length === 0 && this.#dataTracks.length === 0)) return
    this.#dataTracks = tracks
    for (const reader of this.#readers) this.#tell(reader, () => reader.onDataTracks?.(tracks))
  }

  flush(): void {
    for (const reader of this.#readers) {
      try {
        reader.onFlush()
      } catch (error) {
        this.#fault(reader, error)
      }
    }
  }

  /** A fault of our own behind one of the readers: told as the reader's own is. */
  noteFault(error: unknown): void {
    this.#onFault(error)
  }

  #tell(reader: BusReader, tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.#fault(reader, error)
    }
  }

  #fault(reader: BusReader, error: unknown): void {
    try {
      reader.onFault?.()
    } catch {
      this.#readers.delete(reader) // it can't even be reset: the programme goes on without it
    }
    this.#onFault(error)
  }
}
