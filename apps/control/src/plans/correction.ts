import type { RungStats } from '@sluice/contract/link'
import { clampCorrection, type Plan } from '@sluice/judge/plan'

/** Seconds over which what runs corrects what was planned. */
const memorySeconds = 30

/** What a channel's rungs cost by what they would by the prices alone: its content is easier or harder than that of the calibration. */
export class Correction {
  #value = 1
  #isMeasured = false

  get value(): number {
    return this.#value
  }

  /** A second in which every rung of the plan ran, at its whole; others say nothing. */
  note(plan: Plan, stats: readonly RungStats[]): void {
    const measured = plan.rungs.map(({ id }) => stats.find(({ rungId }) => rungId === id)?.cpuPercent ?? null)
    if (measured.length === 0 || measured.includes(null)) return
    const base = plan.rungs.reduce((sum, { basePercent }) => sum + basePercent, 0)
    const now = measured.reduce((sum: number, percent) => sum + (percent ?? 0), 0)
    if (base <= 0 || now <= 0) return
    const ratio = clampCorrection(now / base)
    this.#value = this.#isMeasured ? this.#value + (ratio - this.#value) / memorySeconds : ratio
    this.#isMeasured = true
  }
}
