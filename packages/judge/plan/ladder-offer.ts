import type { LadderStep, PlanRequest } from './facts.ts'
import { type Plan, planRungs } from './plan.ts'

/** Names of the steps that a ladder of what fits would have, best first, and what they add. Percent of one core. */
export type LadderOffer = {
  readonly rungs: readonly string[]
  readonly cpuPercent: number
  /** Encodes that are there already run at a cheaper preset then. */
  readonly lowersPresets: boolean
}

/** What `steps` would be for a channel whose ladder is off; null: it is on, or none of them fits. `plan`: as it is without. */
export function ladderOffer(request: PlanRequest, plan: Plan, steps: readonly LadderStep[]): LadderOffer | null {
  if (request.ladder !== null) return null
  const withLadder = planRungs({ ...request, ladder: { isWhole: false, steps } })
  const names = withLadder.player.rungs.flatMap((id) => withLadder.rungs.filter((rung) => rung.id === id).map(({ spec }) => spec.name))
  const own = withLadder.rungs.filter(({ isForPlayer, outputs }) => isForPlayer && outputs.length === 0)
  const decode = plan.load.decode === 0 ? withLadder.load.decode : 0
  const presetOf = (id: string) => withLadder.rungs.find((rung) => rung.id === id)?.spec.video?.preset
  const lowersPresets = plan.rungs.some(({ id, spec }) => spec.video !== null && presetOf(id) !== spec.video.preset)
  const cpuPercent = own.reduce((sum, rung) => sum + rung.cpuPercent, decode)
  return names.length === 0 ? null : { rungs: names, cpuPercent, lowersPresets }
}
