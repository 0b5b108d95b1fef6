import type { LineSide } from '@sluice/contract/api'
import type { LineStats } from '@sluice/contract/link'

/** The round trip is judged by its median over five minutes, loss over one. */
const rttSeconds = 300
const lossSeconds = 60
/** A round trip is known once it was measured so often: the first ones hold the start of the connection. */
const settledSeconds = 10

type Reading = { readonly lost: number; readonly dropped: number; readonly due: number }

/** How one line has done; null where nothing is known. `lossShare`: before recovery; `dropShare`: lost for good. */
export type LineFigures = {
  readonly rttMedianMs: number | null
  readonly lossShare: number | null
  readonly dropShare: number | null
  /** What both ends agreed on; null until the round trip is known well enough to hold it against. */
  readonly latencyMs: number | null
}
export const unknownLine: LineFigures = { rttMedianMs: null, lossShare: null, dropShare: null, latencyMs: null }

/** Remembers the last minutes of the lossy line of one input or output. Memory is fixed. [LAT-09] [LAT-10] */
export class LineMonitor {
  readonly #side: LineSide
  #ageMs = 0
  #latencyMs = 0
  // bound: `rttSeconds` readings, the oldest goes for the next
  readonly #rttsMs: number[] = []
  // bound: `lossSeconds` readings and the one before, the oldest goes for the next
  readonly #readings: Reading[] = []

  constructor(side: LineSide) {
    this.#side = side
  }

  /** Takes the last second; null: it has none. A new connection begins anew. */
  note(line: LineStats | null): void {
    if (line === null) {
      this.#begin()
      return
    }
    const { ageMs, rttMs, latencyMs, lostTotal, packetsTotal, droppedTotal } = line
    if (ageMs < this.#ageMs) this.#begin()
    this.#ageMs = ageMs
    this.#latencyMs = latencyMs
    if (rttMs > 0) this.#rttsMs.push(rttMs)
    if (this.#rttsMs.length > rttSeconds) this.#rttsMs.shift()
    // A sender's unique packets hold those that it gave up; a receiver never saw them.
    const due = this.#side === 'input' ? packetsTotal + droppedTotal : packetsTotal
    this.#readings.push({ lost: lostTotal, dropped: droppedTotal, due })
    if (this.#readings.length > lossSeconds + 1) this.#readings.shift()
  }

  get figures(): LineFigures {
    const [first, last] = [this.#readings[0], this.#readings.at(-1)]
    const due = (last?.due ?? 0) - (first?.due ?? 0)
    const share = (of: (reading: Reading) => number): number | null =>
      first === undefined || last === undefined || due <= 0 ? null : Math.min(1, Math.max(0, of(last) - of(first)) / due)
    return {
      rttMedianMs: this.#rttsMs.length === 0 ? null : this.#rttsMs.toSorted((a, b) => a - b)[(this.#rttsMs.length - 1) >> 1]!,
      lossShare: share(({ lost }) => lost),
      dropShare: share(({ dropped }) => dropped),
      latencyMs: this.#rttsMs.length < settledSeconds ? null : this.#latencyMs,
    }
  }

  #begin(): void {
    this.#ageMs = 0
    this.#rttsMs.length = 0
    this.#readings.length = 0
  }
}
