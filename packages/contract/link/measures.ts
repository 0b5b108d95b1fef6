import { z } from 'zod'

/** Publish success that a broadcast is to stay above, 0..1. [OUT-09] */
export const publishAim = 0.995

/**
 * Time in which the far end received, over time in which it should have, of one broadcast so far. `share`: their quotient, 0..1; null
 * while nothing was wanted. Spec: the formula in docs/outputs.md
 */
export const PublishSuccess = z.object({ wantedMs: z.number().int(), liveMs: z.number().int(), share: z.number().min(0).max(1).nullable() })
export type PublishSuccess = z.infer<typeof PublishSuccess>

/** The broadcast that runs or was the last to run, with the success of all its outputs together. */
export const Broadcast = PublishSuccess.extend({
  startedAt: z.iso.datetime(),
  /** When the last media left; null while it runs. */
  endedAt: z.iso.datetime().nullable(),
})
export type Broadcast = z.infer<typeof Broadcast>

/**
 * What ended a broadcast: its `source` went and none came back, the `operator` ended the show, its `engine` was lost or Sluice was stopped,
 * its channel was `deleted`.
 */
export const broadcastEnds = ['source', 'operator', 'engine', 'deleted'] as const
export type BroadcastEnd = (typeof broadcastEnds)[number]

/** `data` of `broadcast.ended`. `isAimMet` is null where nothing was wanted. */
export const BroadcastFigures = Broadcast.extend({
  /** Absent: `source`. An engine knows of no other ends. */
  endedBy: z.enum(['source', 'operator']).optional(),
  aim: z.number(),
  isAimMet: z.boolean().nullable(),
  /** The operator's name, where one ended it. */
  by: z.string().optional(),
  outputs: z.array(PublishSuccess.extend({ outputId: z.string(), name: z.string(), isAimMet: z.boolean().nullable() })),
})
export type BroadcastFigures = z.infer<typeof BroadcastFigures>

/** Time from the last byte of a frame read to its write towards all outputs, over the last ten seconds. */
export const ProcessingTimes = z.object({ p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number(), samples: z.number().int() })
export type ProcessingTimes = z.infer<typeof ProcessingTimes>

/** Counts as a success: above the aim. Null where there is no share. */
export const isAimMet = (share: number | null): boolean | null => (share === null ? null : share > publishAim)
