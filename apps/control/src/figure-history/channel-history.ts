import { isoTime } from '@sluice/base/clock'
import { type ChannelStats, type FigureHistory, historyStepMs, historyWindowMs } from '@sluice/contract/api'

const slots = historyWindowMs / historyStepMs
/** An input or output that reported nothing for the whole window is forgotten; this many may be told apart meanwhile. */
const maxLines = 1100

type Line = { readonly isInput: boolean; readonly bps: Float32Array; sum: number; count: number; lastStep: number }

/** One channel's ring of samples: means of 5 s each. */
export class ChannelHistory {
  /** Which step each slot holds. */
  readonly #steps = new Float64Array(slots).fill(-1)
  // bound: `maxLines` inputs and outputs, those that are silent for 15 minutes are taken away
  readonly #lines = new Map<string, Line>()
  #step = -1

  /** Takes the last second. */
  note({ at, inputs, outputs }: ChannelStats): void {
    const step = Math.floor(Date.parse(at ?? '') / historyStepMs)
    if (Number.isNaN(step) || step < this.#step) return
    if (step > this.#step) this.#finish(step)
    for (const { inputId, bitrateBps } of inputs) this.#add(inputId, true, bitrateBps)
    for (const { outputId, bitrateBps } of outputs) this.#add(outputId, false, bitrateBps)
  }

  read(channelId: string): FigureHistory {
    const steps = [...this.#steps].filter((step) => step >= 0 && step > this.#step - slots).toSorted((a, b) => a - b)
    const lines = (isInput: boolean): FigureHistory['inputs'] =>
      [...this.#lines].flatMap(([id, line]) =>
        line.isInput === isInput ? [{ id, bitrateBps: steps.map((step) => valueAt(line, step)) }] : [],
      )
    const atOf = (step: number): string => isoTime((step + 1) * historyStepMs)
    return { channelId, stepMs: historyStepMs, at: steps.map(atOf), inputs: lines(true), outputs: lines(false) }
  }

  #add(id: string, isInput: boolean, bitrateBps: number): void {
    const known = this.#lines.get(id)
    if (known === undefined && this.#lines.size >= maxLines) return
    const line = known ?? { isInput, bps: new Float32Array(slots).fill(Number.NaN), sum: 0, count: 0, lastStep: -1 }
    if (known === undefined) this.#lines.set(id, line)
    line.sum += bitrateBps
    line.count++
    line.lastStep = this.#step
  }

  /** Writes the step that is over, and begins `next`. */
  #finish(next: number): void {
    const step = this.#step
    this.#step = next
    if (step < 0) return
    const slot = step % slots
    this.#steps[slot] = step
    for (const [id, line] of this.#lines) {
      line.bps[slot] = line.count === 0 ? Number.NaN : line.sum / line.count
      line.sum = 0
      line.count = 0
      if (line.lastStep <= next - slots) this.#lines.delete(id)
    }
  }
}

/** Whole bits; null where nothing was reported. A slot that a silence skipped over has the step of before, and is not asked for. */
const valueAt = ({ bps }: Line, step: number): number | null => {
  const value = bps[step % slots]!
  return Number.isNaN(value) ? null : Math.round(value)
}
