import { z } from 'zod'

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

/** The limits of one class, as data: what an operator may rely on and what an edit is checked against. */
export type ClassPolicy = {
  readonly class: OutputClass
  readonly label: string
  readonly maxVideoKbps: number
  readonly gopMs: number
  readonly failoverTriggerMs: number
  readonly failoverHoldMs: number
  readonly retry: RetryPolicy
  /** Failures inside `windowMs` after which the output is disabled; null: never, it alarms instead. */
  readonly autoDisable: { readonly failures: number; readonly windowMs: number } | null
  /** Media that may wait for one output before it drops to its next key frame. */
  readonly queueMs: number
  /** How long an output keeps its session open while the channel has no source. */
  readonly keepSessionMs: number
}

const minute = 60_000

export const classPolicies: Readonly<Record<OutputClass, ClassPolicy>> = {
  A: {
    class: 'A',
    label: 'Owned playback',
    maxVideoKbps: 6000,
    gopMs: 2000,
    failoverTriggerMs: 2000,
    failoverHoldMs: 20_000,
    retry: { baseMs: 500, capMs: 5000, maxAttempts: null, windowMs: 15 * minute },
    autoDisable: null,
    queueMs: 4000,
    keepSessionMs: 10 * minute,
  },
  B: {
    class: 'B',
    label: 'Primary social',
    maxVideoKbps: 5000,
    gopMs: 2000,
    failoverTriggerMs: 2500,
    failoverHoldMs: 30_000,
    retry: { baseMs: 1000, capMs: 30_000, maxAttempts: 30, windowMs: 15 * minute },
    autoDisable: { failures: 20, windowMs: 10 * minute },
    queueMs: 4000,
    keepSessionMs: 2 * minute,
  },
  C: {
    class: 'C',
    label: 'Partner',
    maxVideoKbps: 4000,
    gopMs: 2000,
    failoverTriggerMs: 4000,
    failoverHoldMs: 60_000,
    retry: { baseMs: 5000, capMs: 120_000, maxAttempts: 10, windowMs: 15 * minute },
    autoDisable: { failures: 5, windowMs: 10 * minute },
    queueMs: 8000,
    keepSessionMs: minute,
  },
}
