import { z } from 'zod'
import { Broadcast, InputStats, OutputStats, PlaybackStats, ProcessingTimes, RecordingStats, RungStats } from '../link/index.ts'
import { Verdict } from './verdict.ts'

const videoLimitOwners = ['output', 'class', 'destination'] as const
/** Whose limit a video bitrate is held against. */
export type VideoLimitOwner = (typeof videoLimitOwners)[number]

/**
 * An output's video bitrate over the last 10 s against what it should give, by control: `under` 80 % of the target or `over` the limit.
 * `targetFrom`: the output's own target, or what the source on the air gives. `limitFrom`: a source that `auto` passes through is held against what the
 * destination accepts, all else against the output's own limit or its class's.
 */
export const TargetJudgement = z.object({
  foundKbps: z.number().int(),
  targetKbps: z.number().int(),
  targetFrom: z.enum(['output', 'source']),
  /** Null: nobody set one, and the destination is not known to have one. */
  limitKbps: z.number().int().nullable(),
  limitFrom: z.enum(videoLimitOwners),
  deviates: z.enum(['under', 'over']).nullable(),
  since: z.iso.datetime().nullable(),
})
export type TargetJudgement = z.infer<typeof TargetJudgement>

/** What is not as it should be with this input, output or playback now, worst first; empty: nothing. Absent until it was judged. */
const verdicts = z.array(Verdict).optional()

/** `GET /channels/{id}/stats`: figures of the last second, and `null` parts while no engine carries the channel. */
export const ChannelStats = z.object({
  channelId: z.string(),
  at: z.iso.datetime().nullable(),
  /** The engine reports nothing since then: the figures are of the last second that was heard of. Null: they are of now. */
  staleSince: z.iso.datetime().nullable().optional(),
  inputs: z.array(InputStats.extend({ verdicts })),
  /** `target`: absent until an output was live for 10 s beside a source. */
  outputs: z.array(OutputStats.extend({ target: TargetJudgement.optional(), verdicts })),
  playback: PlaybackStats.extend({ verdicts }).nullable(),
  /** Encoded rungs that run. Absent: the channel has none. */
  rungs: z.array(RungStats).optional(),
  /** Publish success of the present broadcast, or of the last one. */
  broadcast: Broadcast.optional(),
  processing: ProcessingTimes.optional(),
  /** Absent: nothing is recorded. */
  recording: RecordingStats.optional(),
})
export type ChannelStats = z.infer<typeof ChannelStats>

/** How far back `GET /channels/{id}/history` reaches, and what one sample is the mean of. */
export const historyWindowMs = 15 * 60_000
export const historyStepMs = 5000

/** One line of a graph: bit/s, one value for each of `at`; null where nothing was reported. */
const HistoryLine = z.object({ id: z.string(), bitrateBps: z.array(z.number().nullable()) })

/**
 * `GET /channels/{id}/history`: the bitrates of the last 15 minutes, for graphs that begin filled. `at`: when each sample of `stepMs` ended,
 * oldest first; the last one is whole. Empty after control was restarted.
 */
export const FigureHistory = z.object({
  channelId: z.string(),
  stepMs: z.number().int(),
  at: z.array(z.iso.datetime()),
  inputs: z.array(HistoryLine),
  outputs: z.array(HistoryLine),
})
export type FigureHistory = z.infer<typeof FigureHistory>
