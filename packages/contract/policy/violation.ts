import { z } from 'zod'
import { Reason } from '../text/index.ts'
import { OutputClass } from './classes.ts'

/** Every setting that a class sets limits to, by its place in the channel or output. */
export const policyFields = [
  'failover.triggerMs',
  'failover.holdMs',
  'limits.maxVideoKbps',
  'limits.targetVideoKbps',
  'limits.retry.baseMs',
  'limits.retry.capMs',
  'limits.retry.maxAttempts',
  'limits.retry.windowMs',
  'limits.queueMs',
  'limits.keepSessionMs',
] as const
export const PolicyField = z.enum(policyFields)
export type PolicyField = z.infer<typeof PolicyField>

/** What a class allows one setting to be, both ends included; null: no limit on that side. */
export const PolicyLimit = z.object({ class: OutputClass, min: z.number().nullable(), max: z.number().nullable() })
export type PolicyLimit = z.infer<typeof PolicyLimit>

/** A setting that is outside of what its class allows. It holds as it is: nothing is changed behind the operator's back. [POL-05] */
export const PolicyViolation = z.object({ field: PolicyField, found: z.number(), limit: PolicyLimit })
export type PolicyViolation = z.infer<typeof PolicyViolation>

/** A setting that somebody let stand outside of its class: who, when and why. */
export const PolicyOverride = z.object({
  field: PolicyField,
  found: z.number(),
  reason: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
})
export type PolicyOverride = z.infer<typeof PolicyOverride>

/** Sent along with an edit that leaves the policy: without it such an edit is refused. */
export const OverrideBody = z.object({ reason: Reason })
export type OverrideBody = z.infer<typeof OverrideBody>

/** A setting with what it is allowed to be; undefined: it was not set, the class's own value holds. */
export type JudgedSetting = { field: PolicyField; found: number | undefined; limit: PolicyLimit }

/** The settings that are outside of their limits. */
export const violationsOf = (settings: readonly JudgedSetting[]): PolicyViolation[] =>
  settings.flatMap(({ field, found, limit }) => {
    if (found === undefined || (found >= (limit.min ?? found) && found <= (limit.max ?? found))) return []
    return [{ field, found, limit }]
  })

/** `2000 to 4000`, `at most 4000`, `at least 500`. */
export function formatLimit({ min, max }: Pick<PolicyLimit, 'min' | 'max'>): string {
  if (min !== null && max !== null) return min === max ? `exactly ${min}` : `${min} to ${max}`
  if (max !== null) return `at most ${max}`
  return min === null ? 'anything' : `at least ${min}`
}

/** One sentence: found, limit and class. */
export const formatViolation = ({ field, found, limit }: PolicyViolation): string =>
  `${field} is ${found}; class ${limit.class} allows ${formatLimit(limit)}`
