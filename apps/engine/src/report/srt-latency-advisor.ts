import type { LineAdvice } from '@sluice/contract/link'
import { adviseLatency, isQuiet, latencyWindow, type SrtStats } from '@sluice/protocols/srt'

/** The advice is of so long a time. */
const windowMs = 20_000
/** Said anew this often: a sentence that changes with every second can't be read, nor a button be hit. */
const renewMs = 10_000
/** A connection younger than this has seen too little. */
const youngestMs = 10_000

/**
 * Watches one input's or output's SRT connection and says what to make of its latency. To be shown its figures about once a
 * second; a connection that follows another is known by its clock, which starts at 0.
 */
export class SrtLatencyAdvisor {
  readonly #direction: 'receive' | 'send'
  // bound: `windowMs` of readings, one a second
  #snapshots: SrtStats[] = []
  #advice: LineAdvice | null = null
  #advisedAtMs = 0
  /** Since when the line has been quiet, by the connection's clock; null: it is not. */
  #quietSinceMs: number | null = null

  constructor(direction: 'receive' | 'send') {
    this.#direction = direction
  }

  /** The advice that holds now, or null while there is none. */
  advise(stats: SrtStats): LineAdvice | null {
    const atMs = stats.msTimeStamp
    if (atMs < (this.#snapshots.at(-1)?.msTimeStamp ?? 0)) this.#begin()
    this.#snapshots = [...this.#snapshots.filter((old) => atMs - old.msTimeStamp <= windowMs), stats]
    const isDue = this.#advice === null ? atMs >= youngestMs : atMs - this.#advisedAtMs >= renewMs
    if (isDue) {
      const first = this.#snapshots[0]!
      const window = latencyWindow(first, stats, this.#direction)
      this.#quietSinceMs = isQuiet(window) ? (this.#quietSinceMs ?? first.msTimeStamp) : null
      this.#advice = adviseLatency({ ...window, quietMs: this.#quietSinceMs === null ? 0 : atMs - this.#quietSinceMs })
      this.#advisedAtMs = atMs
    }
    return this.#advice
  }

  #begin(): void {
    this.#snapshots = []
    this.#advice = null
    this.#quietSinceMs = null
  }
}
