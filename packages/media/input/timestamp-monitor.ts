import { type Frame, ticksPerMs } from '@sluice/codecs/frame'

/** Judged over so long, and so many frames of a kind: slow video is no clock that stands. */
const windowMs = 3000
const leastFrames = 15
/** Media that advances by less than a tenth of the time that passes stands still for whoever plays it. */
const leastShare = 0.1

/** A silence of so long is no clock that stands: the window begins anew behind it. */
const silenceMs = 1000

type Kind = { startMs: number; lastMs: number; startDts: number; highestDts: number; frames: number }

/** Sees timestamps that stand still, go back or creep while media comes. */
export class TimestampMonitor {
  readonly #kinds: { video: Kind | null; audio: Kind | null } = { video: null, audio: null }

  /** True once a window: the clock of this frame's kind has not run. */
  add({ track: { kind, id }, dts }: Frame, nowMs: number): boolean {
    if (id !== 0) return false
    const own = this.#kinds[kind]
    if (own === null || nowMs - own.lastMs > silenceMs) {
      this.#kinds[kind] = { startMs: nowMs, lastMs: nowMs, startDts: dts, highestDts: dts, frames: 1 }
      return false
    }
    own.frames++
    own.lastMs = nowMs
    if (dts > own.highestDts) own.highestDts = dts
    const passedMs = nowMs - own.startMs
    if (passedMs < windowMs) return false
    const isStill = own.frames >= leastFrames && (own.highestDts - own.startDts) / ticksPerMs < passedMs * leastShare
    this.#kinds[kind] = { startMs: nowMs, lastMs: nowMs, startDts: dts, highestDts: dts, frames: 1 }
    return isStill
  }
}
