import { z } from 'zod'
import { ContentTriggers, SettledFigures, SwitchFigures } from '../link/index.ts'
import { SlateChoice } from './slate.ts'

/** Milliseconds that an operator may set; the wider range needs `expert`. */
export const failoverRanges = {
  triggerMs: { usual: { min: 2000, max: 4000 }, expert: { min: 300, max: 10_000 } },
  holdMs: { usual: { min: 20_000, max: 60_000 }, expert: { min: 1000, max: 600_000 } },
} as const

/** What a channel does when an input fails. `null` in a patch goes back to what the classes of its outputs say. */
const overrides = {
  triggerMs: z.number().int().min(failoverRanges.triggerMs.expert.min).max(failoverRanges.triggerMs.expert.max).nullable(),
  holdMs: z.number().int().min(failoverRanges.holdMs.expert.min).max(failoverRanges.holdMs.expert.max).nullable(),
  /** Whether a still picture and silence stand in when no input is left. */
  slate: z.boolean(),
  triggers: ContentTriggers.partial(),
}

const isUsual = (value: number | null | undefined, { min, max }: { min: number; max: number }): boolean =>
  value === null || value === undefined || (value >= min && value <= max)

/** In `PATCH /channels/{id}`. Takes effect at once, on the air too. */
export const FailoverPatch = z
  /** A choice switches it on, and says what it shows. */
  .object({ ...overrides, slate: z.union([z.boolean(), SlateChoice]), expert: z.boolean() })
  .partial()
  .superRefine((patch, ctx) => {
    if (patch.expert === true) return
    for (const field of ['triggerMs', 'holdMs'] as const) {
      const { min, max } = failoverRanges[field].usual
      if (isUsual(patch[field], failoverRanges[field].usual)) continue
      ctx.addIssue({ code: 'custom', path: [field], message: `${patch[field]} is outside of ${min}..${max}; send "expert": true for more` })
    }
  })
export type FailoverPatch = z.infer<typeof FailoverPatch>

/** As stored: only what was set. */
export const FailoverOverrides = z.object(overrides).partial()
export type FailoverOverrides = z.infer<typeof FailoverOverrides>

/** What holds on a channel now. `own`: the fields that were set on it; the others come from the tightest class of its outputs. */
export const Failover = z.object({
  triggerMs: z.number().int(),
  holdMs: z.number().int(),
  /** Longest slate; 0: none. */
  slateMs: z.number().int(),
  triggers: ContentTriggers,
  own: z.array(z.enum(['triggerMs', 'holdMs', 'slate', 'triggers'])),
})
export type Failover = z.infer<typeof Failover>

/** One switch of source as it was measured, and what it did to the outputs once that is known (10 s later). */
export const SwitchRecord = z.object({
  at: z.iso.datetime(),
  message: z.string(),
  figures: SwitchFigures,
  outputs: SettledFigures.shape.outputs.nullable(),
})
export type SwitchRecord = z.infer<typeof SwitchRecord>

/**
 * `GET /channels/{id}/switches`: the last switches, newest first, and the times of those between inputs among them: from the last packet
 * to the first frame, milliseconds; null without any.
 */
export const Switches = z.object({
  items: z.array(SwitchRecord),
  activation: z.object({
    count: z.number().int(),
    p50Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
    maxMs: z.number().nullable(),
  }),
})
export type Switches = z.infer<typeof Switches>

/** `POST /channels/{id}/rehearsals/failover`. The answer is a `rehearsal.finished` event with the same id. */
export const RehearsalBody = z
  .object({ cutMs: z.number().int().min(5000).max(60_000).default(15_000), limitMs: z.number().int().min(500).max(15_000).default(4000) })
  .prefault({})
export const StartedRehearsal = z.object({
  rehearsalId: z.string(),
  cutMs: z.number().int(),
  limitMs: z.number().int(),
  endsAt: z.iso.datetime(),
})
export type StartedRehearsal = z.infer<typeof StartedRehearsal>
