import type { Frame } from '@sluice/codecs/frame'
import { BitrateLimit, type LimitVerdict, TimestampMonitor } from '@sluice/media/input'
import type { NoticeDraft } from './input-notices.ts'

/** Most encoders send 3 to 20 Mbit/s. */
export const defaultInputMaxMbps = 100

/** What every frame of a session passes before anything is done with it: a look at its clock, and the bitrate limit. Tells what it sees. */
export class InputGate {
  readonly #limit: BitrateLimit
  readonly #time = new TimestampMonitor()
  readonly #limitText: string
  readonly #note: (draft: NoticeDraft) => void

  constructor(maxMbps: number, note: (draft: NoticeDraft) => void) {
    this.#limit = new BitrateLimit(maxMbps * 1_000_000)
    this.#limitText = `limit ${maxMbps} Mbps`
    this.#note = note
  }

  /** Why it was ended, where the verdict is so. */
  get reason(): string {
    return `it sent more than its ${this.#limitText} for 20 s: lower the bitrate in the encoder, or raise SLUICE_INPUT_MAX_MBPS`
  }

  /** The clock of what came, before pieces of one time are joined: those that never end are one picture for good. */
  watchClock(frame: Frame, nowMs: number): void {
    if (this.#time.add(frame, nowMs)) this.#note({ code: 'time-stands-still', media: frame.track.kind, subject: '' })
  }

  admit(frame: Frame, nowMs: number): LimitVerdict {
    const verdict = this.#limit.admit(frame, nowMs)
    if (verdict !== 'passed') this.#note({ code: 'over-bitrate-limit', media: 'stream', subject: this.#limitText })
    return verdict
  }
}
