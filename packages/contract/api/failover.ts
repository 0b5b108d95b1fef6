import { z } from 'zod'
import { ContentTriggers, SettledFigures, SwitchFigures } from '../link/index.ts'
import { OutputClass, policyBounds } from '../policy/index.ts'
import { SlateChoice } from './slate.ts'

/** What a channel does when an input fails. `null` in a patch goes back to what the classes of its outputs say. */
const overrides = {
  triggerMs: z.number().int().min(policyBounds.triggerMs.min).max(policyBounds.triggerMs.max).nullable(),
  holdMs: z.number().int().min(policyBounds.holdMs.min).max(policyBounds.holdMs.max).nullable(),
  /** Whether a still picture and silence stand in when no input is left. */
  slate: z.boolean(),
  triggers: ContentTriggers.partial(),
}

/** In `PATCH /channels/{id}`. Takes effect at once, on the air too. Times outside of what the tightest class allows need an override. */
export const FailoverPatch = z
  /** A choice of slate switches it on, and says what it shows. */
  .object({ ...overrides, slate: z.union([z.boolean(), SlateChoice]) })
  .partial()
export type FailoverPatch = z.infer<typeof FailoverPatch>

/** As stored: only what was set. */
export const FailoverOverrides = z.object(overrides).partial()
export type FailoverOverrides = z.infer<typeof FailoverOverrides>

/** What the tightest class says of one time: its own value, and what the channel may set instead without an override. */
export const ClassTime = z.object({ class: OutputClass, default: z.number().int(), min: z.number().int(), max: z.number().int() })
export type ClassTime = z.infer<typeof ClassTime>

/** What holds on a channel now. `own`: the fields that were set on it; the others come from the tightest class of its outputs. */
export const Failover = z.object({
  triggerMs: z.number().int(),
  holdMs: z.number().int(),
  /** Longest slate; 0: none. */
  slateMs: z.number().int(),
  triggers: ContentTriggers,
  own: z.array(z.enum(['triggerMs', 'holdMs', 'slate', 'triggers'])),
  fromClasses: z.object({ triggerMs: ClassTime, holdMs: ClassTime }),
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

/**
 * `POST /channels/{id}/rehearsals/failover`. `on` `shadow`: beside the channel, by its rules, with a generated source and without outputs;
 * it needs no encoder and no viewer sees it. The answer is a `rehearsal.finished` event with the same id. */
export const RehearsalBody = z
  .object({
    on: z.enum(['live', 'shadow']).default('live'),
    cutMs: z.number().int().min(5000).max(60_000).default(15_000),
    limitMs: z.number().int().min(500).max(15_000).default(4000),
  })
  .prefault({})
export const StartedRehearsal = z.object({
  rehearsalId: z.string(),
  cutMs: z.number().int(),
  limitMs: z.number().int(),
  /** Of the cut; the verdict comes a second later. */
  endsAt: z.iso.datetime(),
})
export type StartedRehearsal = z.infer<typeof StartedRehearsal>
