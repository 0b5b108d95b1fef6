import type { PreflightCheck } from '@sluice/contract/api'
import { formatLimit, type PolicyOverride, type PolicyViolation } from '@sluice/contract/policy'
import { check } from './check.ts'

/** Settings that stand outside of their class: what drifted there is a warning until somebody answers for it. Nothing set: no check. [POL-05] */
export function policyCheck({ overrides, violations }: { overrides: PolicyOverride[]; violations: PolicyViolation[] }): PreflightCheck[] {
  const expected = 'settings within the class limits'
  if (violations.length > 0) {
    const found = violations
      .map((one) => `${one.field} is ${one.found}, class ${one.limit.class} allows ${formatLimit(one.limit)}`)
      .join('; ')
    const fix = 'Set it within the range, reset it to the class, or set it again with a reason as an override.'
    return [check('policy', 'warn', { found, expected, fix })]
  }
  if (overrides.length === 0) return []
  const found = overrides.map((one) => `${one.field} is ${one.found}, by ${one.by}: ${one.reason}`).join('; ')
  return [check('policy', 'pass', { found, expected: `${expected}, or an override with its reason` })]
}
