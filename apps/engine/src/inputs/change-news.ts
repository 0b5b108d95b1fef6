import type { Clock } from '@sluice/base/clock'
import type { Track } from '@sluice/codecs/frame'

/** Changes of configuration are told at most this often: an encoder that changes with every frame must not flood the timeline. */
const newsMs = 1000

/** Tells changes of an input's tracks: one for each track and second, as it is then. What is held back is told at the next look. */
export class ChangeNews {
  readonly #clock: Clock
  readonly #onChange: (track: Track) => void
  // bound: one a kind and id of the input’s tracks
  readonly #untold = new Map<string, Track>()
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, onChange: (track: Track) => void) {
    this.#clock = clock
    this.#onChange = onChange
  }

  put(track: Track): void {
    this.#untold.set(keyOf(track), track)
    this.look()
  }

  /** The track has ended: its changes are of no interest any more. */
  forget(track: Track): void {
    this.#untold.delete(keyOf(track))
  }

  clear(): void {
    this.#untold.clear()
  }

  /** Once a second. */
  look(): void {
    const nowMs = this.#clock.nowMs()
    if (this.#untold.size === 0 || nowMs - this.#lastMs < newsMs) return
    this.#lastMs = nowMs
    const tracks = [...this.#untold.values()]
    this.#untold.clear()
    for (const track of tracks) this.#onChange(track)
  }
}

const keyOf = ({ kind, id }: Track): string => kind + id
