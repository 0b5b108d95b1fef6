import type { Track } from '@sluice/codecs/frame'

/** The tracks of one input or of the programme, newest configuration of each; video before audio, then by id. */
export class TrackSet {
  // bound: one a kind and id; FLV has 256 ids of each kind
  #tracks: readonly Track[] = []

  get all(): readonly Track[] {
    return this.#tracks
  }

  get video(): Track | undefined {
    return this.#tracks.find((track) => track.kind === 'video')
  }

  get audio(): Track | undefined {
    return this.#tracks.find((track) => track.kind === 'audio')
  }

  /** Adds `track` or puts it in the place of its older configuration. True when something changed. */
  put(track: Track): boolean {
    if (this.#tracks.includes(track)) return false
    const others = this.#tracks.filter((other) => other.kind !== track.kind || other.id !== track.id)
    this.#tracks = [...others, track].sort((a, b) => rank(a) - rank(b))
    return true
  }

  /** True when it was there, by kind and id. */
  remove({ kind, id }: Track): boolean {
    const others = this.#tracks.filter((other) => other.kind !== kind || other.id !== id)
    const isGone = others.length < this.#tracks.length
    this.#tracks = others
    return isGone
  }

  clear(): void {
    this.#tracks = []
  }
}

const rank = (track: Track): number => (track.kind === 'video' ? 0 : 1_000) + track.id
