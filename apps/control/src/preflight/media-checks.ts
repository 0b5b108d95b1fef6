import type { ChannelPlan, PreflightCheck } from '@sluice/contract/api'
import { shortfallOf } from '@sluice/judge/plan'
import type { PlatformRules } from '../destinations/index.ts'
import { lossChecks, outputEncodeCheck } from './encode-checks.ts'
import { type SourceFacts, type SourceLimits, sourceChecks } from './source-checks.ts'

type Facts = {
  readonly rules: PlatformRules | undefined
  readonly source: SourceFacts | null
  /** Null: the destination is no output of a channel yet. */
  readonly plan: Pick<ChannelPlan, 'outputs' | 'rungs'> | null
}

/**
 * What is encoded is as the plan makes it, whatever the source; what passes through is judged as it comes, and where it only passes because the
 * encode is missing that is said too.
 */
export function mediaChecks(
  { outputId, limits }: { readonly outputId: string | null; readonly limits: SourceLimits },
  { rules, source, plan }: Facts,
): PreflightCheck[] {
  const way = plan?.outputs.find((one) => one.outputId === outputId) ?? null
  if (way !== null && way.rung !== 'source') {
    const rung = plan?.rungs.find(({ id }) => id === way.rung) ?? null
    return [outputEncodeCheck(way, rung), ...lossChecks(way)]
  }
  const isReplaced = way !== null && way.warningCode !== null && shortfallOf(way.warningCode) === 'replaced'
  return [
    ...(isReplaced ? [outputEncodeCheck(way, null)] : []),
    ...(way === null ? [] : lossChecks(way)),
    ...sourceChecks(source, rules, { ...limits, isPassedOn: way?.code === 'source-fits' }),
  ]
}
