import type { Frame, Track } from '@sluice/codecs/frame'
import type { TsSink } from './sink.ts'

/** Gives the tracks of one stream the language that its PMT names: readers of elementary streams don't know it. */
export class NamedTracks {
  readonly #language: string
  #given: Track | null = null
  #named: Track | null = null
  #outer: TsSink | null = null
  readonly #sink: TsSink

  constructor(language: string) {
    this.#language = language
    this.#sink = {
      onTrack: (track) => this.#outer?.onTrack(this.#nameOf(track)),
      onFrame: (frame: Frame) => this.#outer?.onFrame({ ...frame, track: this.#nameOf(frame.track) }),
    }
  }

  /** The sink for one push of the reader. */
  around(outer: TsSink): TsSink {
    this.#outer = outer
    return this.#sink
  }

  /** The same object for the same track: that it changed is seen by that. */
  #nameOf(track: Track): Track {
    if (track.kind !== 'audio') return track
    if (track !== this.#given) {
      this.#given = track
      this.#named = { ...track, language: this.#language }
    }
    return this.#named ?? track
  }
}
