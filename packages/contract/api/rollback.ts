import { outputStates } from '@sluice/base/words'
import { z } from 'zod'
import { AutoRollback } from './auto-rollback.ts'
import { SourceLock } from './channel.ts'

/** `POST /channels/{id}/rollback`: how many outputs stay: those that are live before all others, of the highest priority first. */
export const RollbackBody = z.object({ keep: z.number().int().min(1).max(1000).default(3) })
export type RollbackBody = z.input<typeof RollbackBody>
/** `GET` of the same path: what a rollback that keeps so many would do now. */
export const RollbackQuery = z.object({ keep: z.coerce.number().int().min(1).max(1000).optional() })

/** An output that a rollback names, in the state that it is in. */
export const RollbackOutput = z.object({ id: z.string(), name: z.string(), priority: z.number().int(), state: z.enum(outputStates) })
export type RollbackOutput = z.infer<typeof RollbackOutput>
/** What a rollback would do. Live outputs stay first, then priority decides, then age; what is disabled or failed never stays. */
export const RollbackPlan = z.object({ keep: z.number().int(), kept: z.array(RollbackOutput), stopped: z.array(RollbackOutput) })
export type RollbackPlan = z.infer<typeof RollbackPlan>

/** The last whole minutes as the automatic rollback judges them. Shares are 0..1; null where nothing was to be had. */
export const GuardView = z.object({
  /** `gathering`: the window is not full, or has holes. `held`: rolled back, and waiting for stability. */
  state: z.enum(['gathering', 'steady', 'strained', 'held']),
  /** Packets or frames lost on the way in, minute by minute, oldest first. */
  lossShares: z.array(z.number().nullable()),
  /** Of the time in which outputs should have been live, how much they were not. */
  failureShare: z.number().nullable(),
  minutes: z.number().int(),
  minutesNeeded: z.number().int(),
  /** While it is `held`: when the last of those minutes is over, if nothing happens until then. Else null. */
  endsAt: z.iso.datetime().nullable(),
  lossLimit: z.number(),
  failureLimit: z.number(),
})
export type GuardView = z.infer<typeof GuardView>

/** A channel that was cut down to what matters most. `DELETE` of the same path takes it back. */
export const Rollback = z.object({
  channelId: z.string(),
  isActive: z.boolean(),
  at: z.iso.datetime().nullable(),
  actor: z.string().nullable(),
  /** It began by itself, and ends by itself once things are stable. */
  isAutomatic: z.boolean(),
  /** Why, in one sentence; null while it is not active. */
  cause: z.string().nullable(),
  keep: z.number().int().nullable(),
  /** Outputs that are to run now, and those that the rollback stopped. */
  kept: z.array(RollbackOutput),
  stopped: z.array(RollbackOutput),
  /** Null while it is active. */
  plan: RollbackPlan.nullable(),
  lock: SourceLock,
  lockBefore: SourceLock.nullable(),
  /** What is sent now, in words: the conservative profile needs a rung of that size, and says so where there is none. */
  profile: z.string(),
  auto: AutoRollback,
  /** What the automatic rollback sees; null while it is not armed. */
  guard: GuardView.nullable(),
})
export type Rollback = z.infer<typeof Rollback>
