import { z } from 'zod'
import { SourceLock } from './channel.ts'

/** `POST /channels/{id}/rollback`: how many outputs stay, those of the highest priority first, the oldest first among equals. */
export const RollbackBody = z.object({ keep: z.number().int().min(1).max(1000).default(3) })
export type RollbackBody = z.input<typeof RollbackBody>

/** A channel that was cut down to what matters most. `DELETE` of the same path takes it back. */
export const Rollback = z.object({
  channelId: z.string(),
  isActive: z.boolean(),
  at: z.iso.datetime().nullable(),
  actor: z.string().nullable(),
  /** Why, in one sentence; null while it is not active. */
  cause: z.string().nullable(),
  keep: z.number().int().nullable(),
  keptOutputIds: z.array(z.string()),
  stoppedOutputIds: z.array(z.string()),
  lock: SourceLock,
  lockBefore: SourceLock.nullable(),
  /** What is sent now, in words: the conservative profile needs a rung of that size, and says so where there is none. */
  profile: z.string(),
})
export type Rollback = z.infer<typeof Rollback>
