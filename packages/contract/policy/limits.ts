import { z } from 'zod'
import { policyBounds as bounds } from './bounds.ts'
import { bounded, type ClassPolicy, RetryPolicy } from './classes.ts'
import type { JudgedSetting, PolicyField, PolicyLimit } from './violation.ts'

const retry = {
  baseMs: bounded(bounds.retryBaseMs),
  capMs: bounded(bounds.retryCapMs),
  maxAttempts: bounded(bounds.maxAttempts),
  windowMs: bounded(bounds.windowMs),
}
const limits = {
  maxVideoKbps: bounded(bounds.maxVideoKbps),
  targetVideoKbps: bounded(bounds.targetVideoKbps),
  queueMs: bounded(bounds.queueMs),
  keepSessionMs: bounded(bounds.keepSessionMs),
}

/** What was set on one output itself; the rest comes from its class. */
export const OutputLimits = z.object({ ...limits, retry: z.object(retry).partial() }).partial()
export type OutputLimits = z.infer<typeof OutputLimits>

const nullable = <T extends Record<string, z.ZodType>>(shape: T) =>
  z.object(
    Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, schema.nullable()])) as { [K in keyof T]: z.ZodNullable<T[K]> },
  )

/** In a create or a patch: null takes one back, and null for the whole takes all back. */
export const OutputLimitsPatch = nullable({ ...limits, retry: nullable(retry).partial() })
  .partial()
  .nullable()
export type OutputLimitsPatch = z.infer<typeof OutputLimitsPatch>

/** What holds for an output: its own limits over its class's. */
export const EffectiveLimits = z.object({
  maxVideoKbps: z.number().int(),
  /** Null: the bitrate of the source is what the output should give. */
  targetVideoKbps: z.number().int().nullable(),
  retry: RetryPolicy,
  queueMs: z.number().int(),
  keepSessionMs: z.number().int(),
})
export type EffectiveLimits = z.infer<typeof EffectiveLimits>

const withoutNull = (given: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined))

/** An output's own limits after a patch; undefined leaves all as they are. */
export function patchLimits(before: OutputLimits, patch: OutputLimitsPatch | undefined): OutputLimits {
  if (patch === undefined) return before
  if (patch === null) return {}
  const { retry: change, ...rest } = patch
  const retryAfter = change === undefined ? (before.retry ?? {}) : change === null ? {} : withoutNull({ ...before.retry, ...change })
  const flat = withoutNull({ ...before, ...rest, retry: null })
  return OutputLimits.parse(Object.keys(retryAfter).length === 0 ? flat : { ...flat, retry: retryAfter })
}

/** Own over class. A longest delay under the first one would make no sense: the first one is the longest then. */
export function effectiveLimits(policy: ClassPolicy, own: OutputLimits): EffectiveLimits {
  const joined = { ...policy.retry, ...withoutNull(own.retry ?? {}) } as RetryPolicy
  return {
    maxVideoKbps: own.maxVideoKbps ?? policy.maxVideoKbps,
    targetVideoKbps: own.targetVideoKbps ?? null,
    retry: { ...joined, capMs: Math.max(joined.capMs, joined.baseMs) },
    queueMs: own.queueMs ?? policy.queueMs,
    keepSessionMs: own.keepSessionMs ?? policy.keepSessionMs,
  }
}

/** An output may be held tighter than its class, never looser: less bitrate, fewer and slower attempts, a shorter queue and session. */
export function judgedLimits(policy: ClassPolicy, own: OutputLimits): JudgedSetting[] {
  const limit = (min: number | null, max: number | null): PolicyLimit => ({ class: policy.class, min, max })
  const one = (field: PolicyField, found: number | undefined, allowed: PolicyLimit): JudgedSetting => ({ field, found, limit: allowed })
  const highestTarget = Math.min(policy.targetVideoKbps.max, own.maxVideoKbps ?? Number.POSITIVE_INFINITY)
  const lowestTarget = Math.min(policy.targetVideoKbps.min, highestTarget)
  return [
    one('limits.maxVideoKbps', own.maxVideoKbps, limit(null, policy.maxVideoKbps)),
    one('limits.targetVideoKbps', own.targetVideoKbps, limit(lowestTarget, highestTarget)),
    one('limits.retry.baseMs', own.retry?.baseMs, limit(policy.retry.baseMs, null)),
    one('limits.retry.capMs', own.retry?.capMs, limit(policy.retry.capMs, null)),
    one('limits.retry.maxAttempts', own.retry?.maxAttempts, limit(null, policy.retry.maxAttempts)),
    one('limits.retry.windowMs', own.retry?.windowMs, limit(policy.retry.windowMs, null)),
    one('limits.queueMs', own.queueMs, limit(null, policy.queueMs)),
    one('limits.keepSessionMs', own.keepSessionMs, limit(null, policy.keepSessionMs)),
  ]
}
