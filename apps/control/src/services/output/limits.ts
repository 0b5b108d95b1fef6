import {
  type ClassPolicy,
  type EffectiveLimits,
  effectiveLimits,
  judgedLimits,
  OutputLimits,
  type OutputLimitsPatch,
  type PolicyField,
  type PolicyOverride,
  type PolicyViolation,
  policyFields,
  violationsOf,
} from '@sluice/contract/policy'
import { presentOverrides, readOverrides, unanswered } from '../../policy/index.ts'

type Row = { limits: string | null; policy_overrides: string | null; policy: ClassPolicy }

/** What was set on the output itself, out of its column. */
export const readLimits = (column: string | null): OutputLimits => (column === null ? {} : OutputLimits.parse(JSON.parse(column)))

export const writeLimits = (limits: OutputLimits): string | null => (Object.keys(limits).length === 0 ? null : JSON.stringify(limits))

/** The settings that a patch of limits speaks of. */
export function namedLimits(patch: OutputLimitsPatch | undefined): PolicyField[] {
  const names = Object.keys(patch ?? {}).concat(Object.keys(patch?.retry ?? {}).map((name) => `retry.${name}`))
  return policyFields.filter((field) => names.includes(field.replace('limits.', '')))
}

/** What holds for an output: its own limits over its class's. */
export const effectiveOf = ({ limits, policy }: Pick<Row, 'limits' | 'policy'>): EffectiveLimits =>
  effectiveLimits(policy, readLimits(limits))

/** How an output stands to its class: what was let stand outside, and what came to be outside since it was set. */
export function outputStanding({ limits, policy, policy_overrides }: Row): { overrides: PolicyOverride[]; violations: PolicyViolation[] } {
  const settings = judgedLimits(policy, readLimits(limits))
  const kept = readOverrides(policy_overrides)
  return { overrides: presentOverrides(kept, settings), violations: unanswered(violationsOf(settings), kept) }
}
