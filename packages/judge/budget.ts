import type { LatencyBudgetsPatch, LatencyStage } from '@sluice/contract/api'
import { commonLimits } from './limits.ts'

/**
 * What a player keeps in front of it, by the format that is played. Plain HLS stays three target durations behind by its own rule, which are 6 s
 * of segments of 2 s: an alarm at less would be amber for ever. Spec: RFC 8216 §6.3.3
 */
const playerBudgets = { hls: { fromMs: 4000, toMs: 7000 } } as const

/** What each stage from lens to viewer may take, in milliseconds: usual from, alarm above. [LAT-02] [LAT-03] [LAT-04] [LAT-05] [LAT-06] */
export const stageBudgets: Readonly<Record<LatencyStage, { readonly fromMs: number; readonly toMs: number }>> = {
  capture: { fromMs: 80, toMs: 220 },
  contribution: { fromMs: 100, toMs: 350 },
  'contribution-tcp': { fromMs: 2000, toMs: 5000 },
  processing: { fromMs: 120, toMs: 500 },
  queue: { fromMs: 0, toMs: 500 },
  acceptance: { fromMs: 200, toMs: 1500 },
  // Of plain HLS, the one format that is played today.
  player: playerBudgets.hls,
}

/** What RTMP takes from encoder to server, as a rule: TCP tells the receiver nothing of it. [ING-13] */
export const tcpContributionMs = stageBudgets['contribution-tcp']

/**
 * What holds for a stage. `isOwn`: set on the channel. `raised`: the operator chose an SRT latency that does not fit the usual budget, so that
 * the alarm stands at what this latency needs, `fromMs` its usual place.
 */
export type StageBudget = {
  readonly fromMs: number
  readonly toMs: number
  readonly isOwn: boolean
  readonly raised?: { readonly fromMs: number; readonly latencyMs: number }
}

/** The budget of a stage: the channel's own, else the usual one, raised where `srtLatencyMs` alone (with half the longest round trip) is over it. */
export function stageBudget(stage: LatencyStage, own: LatencyBudgetsPatch, srtLatencyMs: number | null = null): StageBudget {
  const usual = stageBudgets[stage]
  const ownMs = stage === 'capture' || stage === 'contribution-tcp' ? null : (own[stage] ?? null)
  if (ownMs !== null) return { fromMs: Math.min(usual.fromMs, ownMs), toMs: ownMs, isOwn: true }
  const neededMs = srtLatencyMs === null || stage !== 'contribution' ? 0 : Math.round(srtLatencyMs + commonLimits.rtt.warn / 2)
  if (neededMs <= usual.toMs) return { ...usual, isOwn: false }
  return { ...usual, toMs: neededMs, isOwn: false, raised: { fromMs: usual.toMs, latencyMs: srtLatencyMs! } }
}
