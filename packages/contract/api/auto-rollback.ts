import { z } from 'zod'

/** Whether a channel rolls itself back, and how many outputs stay when it does. Off until it is armed. [OPS-05] */
export const AutoRollback = z.object({ isArmed: z.boolean(), keep: z.number().int().min(1).max(1000) })
export type AutoRollback = z.infer<typeof AutoRollback>
export const noAutoRollback: AutoRollback = { isArmed: false, keep: 3 }

/** Both above these over the whole window start a rollback; both below end one that began by itself. */
export const guardLimits = { lossShare: 0.02, failureShare: 0.03, windowMs: 5 * 60_000 } as const
