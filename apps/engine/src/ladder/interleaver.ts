import type { Frame, Track } from '@sluice/codecs/frame'

/** A kind that is later than this does not hold the other back. */
const maxHeldMs = 150
const maxHeldFrames = 240

type Kind = Track['kind']
type Held = { readonly frame: Frame; readonly atMs: number }

const other = { video: 'audio', audio: 'video' } as const

/**
 * Puts pictures and sound of one encoder in the order of their times: who changes over to the rung at a key frame must not get sound from
 * before it. Each kind comes in order; the one that is ahead waits for the other, for a moment.
 */
export class Interleaver {
  /** Two lists, each bounded by `maxHeldMs` and `maxHeldFrames`. */
  readonly #held: Record<Kind, Held[]> = { video: [], audio: [] }

  push(frame: Frame, nowMs: number): void {
    this.#held[frame.track.kind].push({ frame, atMs: nowMs })
  }

  /** What may go now, in order. `hasBoth`: pictures and sound are expected. */
  take(nowMs: number, hasBoth: boolean): readonly Frame[] {
    const ready: Frame[] = []
    for (;;) {
      const kind = this.#earliest()
      if (kind === null) return ready
      const { frame, atMs } = this.#held[kind][0]!
      const isWaiting = hasBoth && this.#held[other[kind]].length === 0 && this.#held[kind].length <= maxHeldFrames
      if (isWaiting && nowMs - atMs < maxHeldMs) return ready
      this.#held[kind].shift()
      ready.push(frame)
    }
  }

  /** The kind whose first frame is the earlier one; pictures before sound of the same time. */
  #earliest(): Kind | null {
    const [video, audio] = [this.#held.video[0], this.#held.audio[0]]
    if (video === undefined) return audio === undefined ? null : 'audio'
    return audio === undefined || video.frame.dts <= audio.frame.dts ? 'video' : 'audio'
  }
}
