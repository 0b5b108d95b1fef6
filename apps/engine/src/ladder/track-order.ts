import type { Frame } from '@sluice/codecs/frame'

/** A track that is later than this does not hold the others back: an encode is 0.3 s behind the source at most. */
const maxHeldMs = 500
/** 0.5 s of ten tracks at 60 frames a second, and as much again. */
const maxHeldFrames = 600

type Held = { readonly frame: Frame; readonly atMs: number }

/** Puts the frames of several tracks in the order of their times, those of one time in the order of the tracks. */
export class TrackOrder {
  /** One list a track. Each comes in order. */
  // bound: `maxHeldMs` and `maxHeldFrames` over all
  readonly #held: Held[][]
  #count = 0

  constructor(tracks: number) {
    this.#held = Array.from({ length: tracks }, () => [])
  }

  push(track: number, frame: Frame, nowMs: number): void {
    this.#held[track]!.push({ frame, atMs: nowMs })
    this.#count++
  }

  /** What may go now, in order. `expected`: so many of the tracks, from the first on, are waited for. */
  take(nowMs: number, expected: number): readonly Frame[] {
    const ready: Frame[] = []
    for (;;) {
      const first = this.#earliest()
      if (first === null) return ready
      const { frame, atMs } = first[0]!
      const isWaiting =
        this.#count <= maxHeldFrames && nowMs - atMs < maxHeldMs && this.#held.some((list, track) => track < expected && list.length === 0)
      if (isWaiting) return ready
      first.shift()
      this.#count--
      ready.push(frame)
    }
  }

  clear(): void {
    for (const list of this.#held) list.length = 0
    this.#count = 0
  }

  #earliest(): Held[] | null {
    let found: Held[] | null = null
    for (const list of this.#held) if (list.length > 0 && (found === null || list[0]!.frame.dts < found[0]!.frame.dts)) found = list
    return found
  }
}
