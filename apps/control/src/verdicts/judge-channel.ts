import type { ChannelStats, LatencyBudgetsPatch, Verdict, VideoLimitOwner } from '@sluice/contract/api'
import type { ChannelActual, InputActual, InputStats, LineStats } from '@sluice/contract/link'
import type { EffectiveLimits, OutputClass } from '@sluice/contract/policy'
import {
  type Judged,
  judgeLine,
  judgeOutput,
  judgePlayback,
  judgeSource,
  type Limits,
  type OutputFacts,
  type SourceCap,
  type SourceWindow,
  sayVerdicts,
  stageBudget,
} from '@sluice/judge'
import type { LineFigures } from './line-monitor.ts'

/** What was seen of an input over the last minutes, beside its last second. */
export type InputSeen = { readonly window: SourceWindow; readonly maxGapMs: number | null; readonly line: LineFigures }

/** What a channel is configured to, as far as its verdicts go. */
export type JudgedChannel = {
  readonly limits: Limits
  readonly own: LatencyBudgetsPatch
  readonly outputs: readonly JudgedOutput[]
}
/** What the video of an output is held against; `kbps` null: no limit is known. */
export type VideoLimit = { readonly kbps: number | null; readonly from: VideoLimitOwner }
export type JudgedOutput = {
  readonly id: string
  readonly name: string
  readonly class: OutputClass
  readonly effective: EffectiveLimits
  readonly limit: VideoLimit
  readonly isWanted: boolean
  /** It gets an encode of its rung, and sets no limit to the source. */
  readonly isEncoded: boolean
}

/** What SRT's way in takes: it gives each packet on at a fixed time after it was sent, counted from the arrival of the first. */
export const lossyContributionMs = ({ latencyMs, rttMs }: LineStats, { rttMedianMs }: Pick<LineFigures, 'rttMedianMs'>): number =>
  Math.round(latencyMs + (rttMs || (rttMedianMs ?? 0)) / 2)

/** The verdicts of one input, those of its media before those of its line where they are equally bad. */
export function inputVerdicts(actual: InputActual, stats: InputStats, seen: InputSeen, { limits, own, outputs }: JudgedChannel): Verdict[] {
  const contribution =
    stats.line === null
      ? null
      : {
          takesMs: lossyContributionMs(stats.line, seen.line),
          budgetMs: stageBudget('contribution', own, stats.line.latencyMs).toMs,
        }
  const isReceiving = actual.state === 'receiving'
  const line = { ...seen.line, way: 'in', gapMs: isReceiving ? seen.maxGapMs : null, contribution } as const
  const cap = actual.onAir ? tightestCap(outputs) : null
  return sayVerdicts([...judgeSource({ actual, stats, window: seen.window, cap }, limits), ...judgeLine(line, limits)])
}

/** The lowest limit among the outputs that are to run: the source that goes out as it comes in should stay below it. [POL-04] */
function tightestCap(outputs: readonly JudgedOutput[]): SourceCap | null {
  let tightest: SourceCap | null = null
  for (const { isWanted, isEncoded, limit, name, class: outputClass } of outputs) {
    if (!isWanted || isEncoded || limit.kbps === null || (tightest !== null && limit.kbps >= tightest.kbps)) continue
    tightest = { kbps: limit.kbps, output: name, class: outputClass, from: limit.from }
  }
  return tightest
}

/** The verdicts of one output; of its line only where the far end counts packets. */
export function outputVerdicts(facts: OutputFacts, line: LineFigures | null, limits: Limits, seen: readonly Judged[]): Verdict[] {
  const judged = [...judgeOutput(facts), ...seen]
  if (line === null || facts.actual.state !== 'live') return sayVerdicts(judged)
  return sayVerdicts([...judged, ...judgeLine({ ...line, way: 'out', gapMs: null, contribution: null }, limits)])
}

export const playbackVerdicts = (
  actual: ChannelActual,
  stats: ChannelStats['playback'],
  segmentAgeMs: number | null,
  nowMs: number,
  probed: readonly Judged[],
): Verdict[] => sayVerdicts([...judgePlayback({ nowMs, actual, stats, segmentAgeMs }), ...probed])
