import { z } from 'zod'
import { BroadcastFigures, broadcastEnds, PublishSuccess } from '../link/index.ts'

/**
 * One run of a channel, with the publish success of all its outputs together. `endedAt`, `endedBy` are null while it runs. `figuresAt`: as of when
 * the figures are; where the end was not told by the engine, they are the last ones that were kept. `isAimMet` is null while nothing was wanted.
 */
export const BroadcastSummary = PublishSuccess.extend({
  id: z.string(),
  channelId: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  endedBy: z.enum(broadcastEnds).nullable(),
  figuresAt: z.iso.datetime(),
  aim: z.number(),
  isAimMet: z.boolean().nullable(),
})
export type BroadcastSummary = z.infer<typeof BroadcastSummary>

/** `GET /broadcasts/{id}`: with each output that took part, by the name that it had. */
export const BroadcastReport = BroadcastSummary.extend({ outputs: BroadcastFigures.shape.outputs })
export type BroadcastReport = z.infer<typeof BroadcastReport>
