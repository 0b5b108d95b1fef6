import { srtFigures } from '@sluice/contract/api'

/** The round trip is judged by its median over five minutes, loss over one. */
const rttSeconds = 300
const lossSeconds = 60

type Reading = { readonly lost: number; readonly due: number }

/** How the line of the input on the air has done; null where nothing is known. */
export type LineFigures = { readonly rttMedianMs: number | null; readonly lossShare: number | null }

/** Remembers the last minutes of the SRT connection that a channel's media comes in by. Memory is fixed. [LAT-09] [LAT-10] */
export class LineWatch {
  #inputId: string | null = null
  #ageMs = 0
  // bound: `rttSeconds` readings, the oldest goes for the next
  #rttsMs: number[] = []
  // bound: `lossSeconds` readings, the oldest goes for the next
  #readings: Reading[] = []

  /** Takes the last second of the input on the air; null: it has no SRT connection. */
  take(inputId: string | null, srt: Readonly<Record<string, number>> | null): void {
    if (inputId === null || srt === null) {
      this.#begin(null)
      return
    }
    const { ageMs, rttMs, lossTotal, uniqueTotal, dropTotal } = srtFigures(srt, 'input')
    if (inputId !== this.#inputId || ageMs < this.#ageMs) this.#begin(inputId)
    this.#ageMs = ageMs
    if (rttMs > 0) this.#rttsMs = [...this.#rttsMs.slice(1 - rttSeconds), rttMs]
    this.#readings = [...this.#readings.slice(-lossSeconds), { lost: lossTotal, due: uniqueTotal + dropTotal }]
  }

  get figures(): LineFigures {
    const [first, last] = [this.#readings[0], this.#readings.at(-1)]
    const due = (last?.due ?? 0) - (first?.due ?? 0)
    return {
      rttMedianMs: this.#rttsMs.length === 0 ? null : this.#rttsMs.toSorted((a, b) => a - b)[(this.#rttsMs.length - 1) >> 1]!,
      lossShare: due <= 0 ? null : Math.min(1, ((last?.lost ?? 0) - (first?.lost ?? 0)) / due),
    }
  }

  #begin(inputId: string | null): void {
    this.#inputId = inputId
    this.#ageMs = 0
    this.#rttsMs = []
    this.#readings = []
  }
}
