import { z } from 'zod'

/**
 * The way of a picture, from lens to viewer. `contribution`: over a line that tells its latency (SRT); `contribution-tcp`: from encoder to
 * server over RTMP, which tells nothing, so that what is usual is shown apart. `acceptance` is the destinations' own, outside of Sluice. [LAT-07] [ING-13]
 */
export const latencyStages = ['capture', 'contribution', 'contribution-tcp', 'processing', 'queue', 'acceptance', 'player'] as const
export const LatencyStage = z.enum(latencyStages)
export type LatencyStage = z.infer<typeof LatencyStage>

/** How far a channel's own budget may go. Capture and RTMP's way in are not seen from here, so there is nothing to alarm. */
export const latencyBudgetRanges = {
  contribution: { minMs: 20, maxMs: 8000 },
  processing: { minMs: 20, maxMs: 2000 },
  queue: { minMs: 50, maxMs: 8000 },
  acceptance: { minMs: 100, maxMs: 10_000 },
  player: { minMs: 500, maxMs: 60_000 },
} as const

const ownBudget = ({ minMs, maxMs }: { minMs: number; maxMs: number }) => z.number().int().min(minMs).max(maxMs).nullable().optional()

/**
 * In `PATCH /channels/{id}`: above how many milliseconds a stage alarms; null goes back to the usual budget. `declaredCapture`: what your
 * camera and encoder take, by your own measurement; it counts in the ledger. [LAT-02]
 */
export const LatencyBudgetsPatch = z.object({
  contribution: ownBudget(latencyBudgetRanges.contribution),
  processing: ownBudget(latencyBudgetRanges.processing),
  queue: ownBudget(latencyBudgetRanges.queue),
  acceptance: ownBudget(latencyBudgetRanges.acceptance),
  player: ownBudget(latencyBudgetRanges.player),
  declaredCapture: ownBudget({ minMs: 0, maxMs: 10_000 }),
})
export type LatencyBudgetsPatch = z.infer<typeof LatencyBudgetsPatch>

/** `unknown`: there is no figure to judge. */
export const latencyVerdicts = ['within', 'over', 'unknown'] as const
export const LatencyVerdict = z.enum(latencyVerdicts)
export type LatencyVerdict = z.infer<typeof LatencyVerdict>

/** `measured` here; `computed` from what was set or cut; `declared` by the operator; `expected`: what is usual, where nothing can be told from here. */
export const LatencyBasis = z.enum(['measured', 'computed', 'declared', 'expected'])
export type LatencyBasis = z.infer<typeof LatencyBasis>

/** One stage. `ms` is null where there is no figure; `expected` is what is usual then. `how` says how it was come by, or why not. */
export const LatencyEntry = z.object({
  stage: LatencyStage,
  ms: z.number().nullable(),
  basis: LatencyBasis,
  verdict: LatencyVerdict,
  /** `raised`: the SRT latency that was chosen needs more than the usual budget `fromMs`, so `toMs` stands at what it needs. Absent: it does not. */
  budget: z.object({
    fromMs: z.number(),
    toMs: z.number(),
    isOwn: z.boolean(),
    raised: z.object({ fromMs: z.number(), latencyMs: z.number() }).optional(),
  }),
  expected: z.object({ fromMs: z.number(), toMs: z.number() }).nullable(),
  how: z.string(),
  figures: z.array(z.object({ label: z.string(), value: z.string(), isTroubled: z.boolean() })),
  /** Over its budget for 30 s since then. */
  breachedSince: z.iso.datetime().nullable(),
})
export type LatencyEntry = z.infer<typeof LatencyEntry>

/** What one output adds: media that waits for it here, and how long its far end takes to say that it has received. */
export const OutputLatency = z.object({
  outputId: z.string(),
  name: z.string(),
  state: z.string(),
  queueBytes: z.number(),
  queueMs: z.number(),
  queueVerdict: LatencyVerdict,
  /** The delay that was chosen for it: no fault, and in no budget. Absent: none. */
  delayMs: z.number().optional(),
  acceptanceMs: z.number().nullable(),
  acceptanceBasis: LatencyBasis,
  acceptanceVerdict: LatencyVerdict,
  how: z.string(),
})
export type OutputLatency = z.infer<typeof OutputLatency>

/** `GET /channels/{id}/latency` */
export const LatencyLedger = z.object({
  channelId: z.string(),
  /** Of the figures; null while no engine reports. */
  at: z.iso.datetime().nullable(),
  stages: z.array(LatencyEntry),
  outputs: z.array(OutputLatency),
  /** Processing and the longest queue: what Sluice itself adds. */
  ownMs: z.number().nullable(),
  /** Growth of `ownMs`; null until ten minutes are known. */
  drift: z.object({ msPerMinute: z.number().nullable(), limitMsPerMinute: z.number(), isDrifting: z.boolean() }),
})
export type LatencyLedger = z.infer<typeof LatencyLedger>
