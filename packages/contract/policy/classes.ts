import { z } from 'zod'
import { visibleText } from '../text/index.ts'
import { policyBounds as bounds } from './bounds.ts'

/** A owned playback, B primary social, C partner. Spec: DESIGN §5 as taken into docs/tour.md */
export const outputClasses = ['A', 'B', 'C'] as const
export const OutputClass = z.enum(outputClasses)
export type OutputClass = z.infer<typeof OutputClass>

/** How an output comes back after a failure. Full jitter: each delay is random between 0 and min(capMs, baseMs x 2^attempt). */
export const RetryPolicy = z.object({
  baseMs: z.number().int().positive(),
  capMs: z.number().int().positive(),
  /** Attempts allowed inside `windowMs`; null: no limit. */
  maxAttempts: z.number().int().positive().nullable(),
  windowMs: z.number().int().positive(),
})
export type RetryPolicy = z.infer<typeof RetryPolicy>

/** A whole number inside of `min` and `max`, both included. */
export const bounded = ({ min, max }: { min: number; max: number }) => z.number().int().min(min).max(max)

/** What a class gives a channel that sets nothing (`default`), and what a channel may set itself. */
const settable = (bound: { min: number; max: number }) => z.object({ default: bounded(bound), min: bounded(bound), max: bounded(bound) })

const fields = {
  label: visibleText({ min: 1, max: 40 }),
  /** What an output of this class may carry at most. */
  maxVideoKbps: bounded(bounds.maxVideoKbps),
  /** Within these an output of the class may set a target of its own. */
  targetVideoKbps: z.object({ min: bounded(bounds.targetVideoKbps), max: bounded(bounds.targetVideoKbps) }),
  gopMs: bounded(bounds.gopMs),
  failoverTriggerMs: settable(bounds.triggerMs),
  failoverHoldMs: settable(bounds.holdMs),
  retry: z.object({
    baseMs: bounded(bounds.retryBaseMs),
    capMs: bounded(bounds.retryCapMs),
    maxAttempts: bounded(bounds.maxAttempts).nullable(),
    windowMs: bounded(bounds.windowMs),
  }),
  /** Failures inside `windowMs` after which the output is disabled; null: never, it alarms instead. */
  autoDisable: z.object({ failures: bounded(bounds.failures), windowMs: bounded(bounds.windowMs) }).nullable(),
  /** Media that may wait for one output before it drops to its next key frame. */
  queueMs: bounded(bounds.queueMs),
  /** How long an output keeps its session open while the channel has no source. */
  keepSessionMs: bounded(bounds.keepSessionMs),
}

/** The limits of one class, as data: what an operator may rely on and what an edit is checked against. */
export const ClassPolicy = z.object({ class: OutputClass, ...fields }).superRefine((policy, ctx) => {
  const refuse = (path: string[], message: string): void => ctx.addIssue({ code: 'custom', path, message })
  for (const field of ['failoverTriggerMs', 'failoverHoldMs'] as const) {
    const { default: usual, min, max } = policy[field]
    if (min > max) refuse([field, 'min'], `min ${min} is over max ${max}`)
    else if (usual < min || usual > max) refuse([field, 'default'], `default ${usual} is outside of ${min} to ${max}`)
  }
  const { targetVideoKbps: target, retry } = policy
  if (target.min > target.max) refuse(['targetVideoKbps', 'min'], `min ${target.min} is over max ${target.max}`)
  if (target.max > policy.maxVideoKbps) {
    refuse(['targetVideoKbps', 'max'], `the highest target ${target.max} is over the class's own limit of ${policy.maxVideoKbps}`)
  }
  if (retry.capMs < retry.baseMs) refuse(['retry', 'capMs'], `the longest delay ${retry.capMs} is under the first one of ${retry.baseMs}`)
})
export type ClassPolicy = z.infer<typeof ClassPolicy>
export type ClassPolicies = Readonly<Record<OutputClass, ClassPolicy>>

/** What is to be another in a policy: only the fields that are named, inside of nested ones too. */
export const PolicyEdit = z
  .object({
    ...fields,
    targetVideoKbps: fields.targetVideoKbps.partial(),
    failoverTriggerMs: fields.failoverTriggerMs.partial(),
    failoverHoldMs: fields.failoverHoldMs.partial(),
    retry: fields.retry.partial(),
  })
  .partial()
export type PolicyEdit = z.infer<typeof PolicyEdit>

/** The policy after an edit, not checked: `ClassPolicy` says whether it holds together. */
export const withEdit = (policy: ClassPolicy, edit: PolicyEdit): unknown => ({
  ...policy,
  ...edit,
  targetVideoKbps: { ...policy.targetVideoKbps, ...edit.targetVideoKbps },
  failoverTriggerMs: { ...policy.failoverTriggerMs, ...edit.failoverTriggerMs },
  failoverHoldMs: { ...policy.failoverHoldMs, ...edit.failoverHoldMs },
  retry: { ...policy.retry, ...edit.retry },
})

const minute = 60_000
const triggerRange = { min: 2000, max: 4000 }
const holdRange = { min: 20_000, max: 60_000 }

/** The classes as Sluice ships them: what a workspace has until it edits them. */
export const classPolicies: ClassPolicies = {
  A: {
    class: 'A',
    label: 'Owned playback',
    maxVideoKbps: 5000,
    targetVideoKbps: { min: 800, max: 5000 },
    gopMs: 2000,
    failoverTriggerMs: { default: 2000, ...triggerRange },
    failoverHoldMs: { default: 20_000, ...holdRange },
    retry: { baseMs: 500, capMs: 5000, maxAttempts: null, windowMs: 15 * minute },
    autoDisable: null,
    queueMs: 4000,
    keepSessionMs: 10 * minute,
  },
  B: {
    class: 'B',
    label: 'Primary social',
    maxVideoKbps: 5000,
    targetVideoKbps: { min: 1500, max: 5000 },
    gopMs: 2000,
    failoverTriggerMs: { default: 2500, ...triggerRange },
    failoverHoldMs: { default: 30_000, ...holdRange },
    retry: { baseMs: 1000, capMs: 30_000, maxAttempts: 30, windowMs: 15 * minute },
    autoDisable: { failures: 20, windowMs: 10 * minute },
    queueMs: 4000,
    keepSessionMs: 2 * minute,
  },
  C: {
    class: 'C',
    label: 'Partner',
    maxVideoKbps: 4000,
    targetVideoKbps: { min: 800, max: 4000 },
    gopMs: 2000,
    failoverTriggerMs: { default: 4000, ...triggerRange },
    failoverHoldMs: { default: 60_000, ...holdRange },
    retry: { baseMs: 5000, capMs: 120_000, maxAttempts: 10, windowMs: 15 * minute },
    autoDisable: { failures: 5, windowMs: 10 * minute },
    queueMs: 8000,
    keepSessionMs: minute,
  },
}
