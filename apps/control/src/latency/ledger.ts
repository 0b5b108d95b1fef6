import { isoTime } from '@sluice/base/clock'
import type { OutputState } from '@sluice/base/words'
import {
  type ChannelStats,
  type LatencyBudgetsPatch,
  type LatencyEntry,
  type LatencyLedger,
  type LatencyStage,
  type LatencyVerdict,
  latencyStages,
  type OutputLatency,
  type PlaybackFigures,
} from '@sluice/contract/api'
import type { InputActual, LineStats, OutputStats } from '@sluice/contract/link'
import { commonLimits, levelOf, stageBudget, stageBudgets, tcpContributionMs, usualRttMs } from '@sluice/judge'
import { type LineFigures, lossyContributionMs } from '../verdicts/index.ts'
import type { Drift } from './drift.ts'

/** Behind live, as the players of viewers say. */
export type ViewerLatency = {
  readonly reporting: number
  readonly figures: Pick<PlaybackFigures, 'latencyMs' | 'startupMs'>
}

/** All that a ledger is made of. The same facts give the same ledger. */
export type LedgerFacts = {
  readonly channelId: string
  readonly stats: ChannelStats
  readonly onAir: Pick<InputActual, 'inputId' | 'protocol'> | null
  /** Outputs that are to run, with the state that the engine reports. */
  readonly outputs: readonly { readonly id: string; readonly name: string; readonly state: OutputState | null }[]
  readonly own: LatencyBudgetsPatch
  readonly line: LineFigures
  readonly viewers: ViewerLatency | null
  readonly drift: Drift
  readonly breaches: Readonly<Partial<Record<LatencyStage, number>>>
}

/** `srtLatencyMs`: what the operator chose; the usual budget gives way to it, and says so. */
type Finding = Pick<LatencyEntry, 'ms' | 'basis' | 'how'> &
  Partial<Pick<LatencyEntry, 'expected' | 'figures'>> & { readonly srtLatencyMs?: number }
type Figure = LatencyEntry['figures'][number]

const ms = (value: number): string => (value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`)
const figure = (label: string, value: string, isTroubled = false): Figure => ({ label, value, isTroubled })

/** Every stage from lens to viewer: what it takes, how that is known, and whether it is within its budget. [LAT-01] */
export function latencyLedger(facts: LedgerFacts): LatencyLedger {
  const outputs = facts.outputs.map((output) => outputLatency(output, facts))
  const findings: Record<LatencyStage, Finding> = {
    capture: capture(facts.own),
    contribution: contribution(facts),
    'contribution-tcp': tcpContribution(),
    processing: processing(facts.stats),
    queue: queue(outputs),
    acceptance: acceptance(outputs),
    player: player(facts),
  }
  return {
    channelId: facts.channelId,
    at: facts.stats.at,
    // RTMP's way in is no budgeted contribution that happens to be unknown: it has a line of its own, and only then.
    stages: latencyStages
      .filter((stage) => stage !== 'contribution-tcp' || isOverTcp(facts))
      .map((stage) => entryOf(stage, findings[stage], facts)),
    outputs,
    ownMs: ownDelayMs(facts.stats, facts.outputs),
    drift: { ...facts.drift, limitMsPerMinute: commonLimits.drift.warn },
  }
}

/** What Sluice itself adds: processing and the longest queue of an output that runs; null while nothing leaves. */
export function ownDelayMs(stats: ChannelStats, outputs: LedgerFacts['outputs']): number | null {
  if (stats.processing === undefined) return null
  const queues = outputs.map(({ id, state }) => (isConnected(state) ? (statsOf(stats, id)?.queueMs ?? 0) : 0))
  return Math.round(stats.processing.p95Ms + Math.max(0, ...queues))
}

function entryOf(stage: LatencyStage, { srtLatencyMs, ...finding }: Finding, { own, breaches }: LedgerFacts): LatencyEntry {
  const budget = stageBudget(stage, own, srtLatencyMs ?? null)
  const breachedMs = breaches[stage]
  return {
    stage,
    expected: null,
    figures: [],
    ...finding,
    verdict: verdictOf(finding.ms, budget.toMs),
    budget,
    breachedSince: breachedMs === undefined ? null : isoTime(breachedMs),
  }
}

const verdictOf = (value: number | null, limitMs: number): LatencyVerdict =>
  value === null ? 'unknown' : value > limitMs ? 'over' : 'within'
const budgetOf = (stage: LatencyStage, own: LatencyBudgetsPatch): number => stageBudget(stage, own).toMs
const isConnected = (state: OutputState | null): boolean => state === 'live' || state === 'stalled'
const statsOf = (stats: ChannelStats, outputId: string): OutputStats | null =>
  stats.outputs.find((one) => one.outputId === outputId) ?? null

/** Not seen from here; an operator who has measured it can declare it. [LAT-02] */
function capture({ declaredCapture = null }: LatencyBudgetsPatch): Finding {
  if (declaredCapture !== null) return { ms: declaredCapture, basis: 'declared', how: 'Camera and encoder: as declared on this channel.' }
  const how = 'Camera and encoder: Sluice cannot measure this. Declare what you measured as declaredCapture.'
  return { ms: null, basis: 'expected', expected: stageBudgets.capture, how }
}

const onAirStats = ({ stats, onAir }: LedgerFacts) => stats.inputs.find(({ inputId }) => inputId === onAir?.inputId) ?? null

/** Media comes over TCP, which tells the receiver nothing of the way. */
const isOverTcp = ({ onAir }: LedgerFacts): boolean => onAir?.protocol === 'rtmp' || onAir?.protocol === 'rtmps'

/** What RTMP takes from encoder to server, apart from what is measured of SRT. [ING-13] */
function tcpContribution(): Finding {
  const how = 'RTMP runs over TCP, which hides the delay from the receiver: typical values are shown. Use SRT to measure it.'
  return { ms: null, basis: 'expected', expected: tcpContributionMs, how }
}

function contribution(facts: LedgerFacts): Finding {
  const { onAir, line } = facts
  if (onAir === null) return { ms: null, basis: 'measured', how: 'No input is on air.' }
  if (onAir.protocol === 'file') return { ms: 0, basis: 'computed', how: 'A clip plays from this machine’s disk.' }
  if (onAir.protocol === 'hls')
    return { ms: null, basis: 'measured', how: 'HLS is fetched segment by segment: Sluice cannot measure its delay.' }
  if (isOverTcp(facts)) return { ms: null, basis: 'measured', how: 'The source comes over RTMP: see the stage from encoder to server.' }
  const lossy = onAirStats(facts)?.line
  if (lossy == null) return { ms: null, basis: 'measured', how: 'SRT: not measured yet.' }
  return lossyContribution(lossy, line)
}

/** SRT: its latency, and half a round trip more. */
function lossyContribution(lossy: LineStats, line: LineFigures): Finding {
  const { latencyMs, bufferMs } = lossy
  const { rttMedianMs, lossShare } = line
  const { rtt, loss } = commonLimits
  const figures = [
    figure('Latency', ms(latencyMs)),
    figure('Receive buffer', ms(bufferMs)),
    figure(
      'Median round trip',
      rttMedianMs === null ? 'unknown so far' : `${ms(rttMedianMs)}, limit ${usualRttMs} to ${rtt.warn} ms`,
      levelOf(rtt, rttMedianMs ?? 0) !== 'ok',
    ),
    figure(
      'Loss',
      lossShare === null ? 'unknown so far' : `${(lossShare * 100).toFixed(2)} %, limit ${loss.warn * 100} %`,
      levelOf(loss, lossShare ?? 0) !== 'ok',
    ),
  ]
  const { raised } = stageBudget('contribution', {}, latencyMs)
  const how = `SRT: the negotiated latency and half a round trip.${
    raised === undefined ? '' : ` The SRT latency of ${ms(latencyMs)} does not fit the usual budget of ${raised.fromMs} ms.`
  }`
  return { ms: lossyContributionMs(lossy, line), basis: 'measured', how, figures, srtLatencyMs: latencyMs }
}

function processing({ processing: times }: ChannelStats): Finding {
  if (times === undefined) return { ms: null, basis: 'measured', how: 'Nothing was sent to an output in the last ten seconds.' }
  const figures = [figure('Median', ms(times.p50Ms)), figure('99 of 100 within', ms(times.p99Ms))]
  const how = 'From reading a frame’s last byte to writing it to all outputs: 95th percentile of the last ten seconds.'
  return { ms: times.p95Ms, basis: 'measured', how, figures }
}

function queue(outputs: readonly OutputLatency[]): Finding {
  const connected = outputs.filter(({ state }) => state === 'live' || state === 'stalled')
  if (connected.length === 0) return { ms: null, basis: 'measured', how: 'No output is connected.' }
  const longest = connected.reduce((most, one) => (one.queueMs > most.queueMs ? one : most))
  const figures = longest.queueMs > 0 ? [figure(longest.name, ms(longest.queueMs), longest.queueVerdict === 'over')] : []
  return { ms: longest.queueMs, basis: 'measured', how: 'Media queued for the slowest output.', figures }
}

function acceptance(outputs: readonly OutputLatency[]): Finding {
  const known = outputs.flatMap(({ name, acceptanceMs }) => (acceptanceMs === null ? [] : [{ name, acceptanceMs }]))
  if (known.length === 0) return { ms: null, basis: 'measured', how: 'No destination has acknowledged anything yet.' }
  const slowest = known.reduce((most, one) => (one.acceptanceMs > most.acceptanceMs ? one : most))
  const how = `Outside Sluice: the slowest of ${known.length} destinations, from sending to its acknowledgement.`
  return { ms: slowest.acceptanceMs, basis: 'measured', how, figures: [figure(slowest.name, ms(slowest.acceptanceMs))] }
}

/** What viewers' own players say is the truth of it; while none does, what a player is told to stay behind. [LAT-06] */
function player({ stats: { playback }, viewers }: LedgerFacts): Finding {
  const seen = viewers?.figures.latencyMs ?? null
  if (seen !== null && viewers !== null) {
    const { startupMs } = viewers.figures
    const figures = [
      figure('95 of 100 within', ms(seen.p95)),
      figure('Players that report', String(viewers.reporting)),
      ...(startupMs === null ? [] : [figure('Startup', `${ms(startupMs.p50)}, 95 of 100 within ${ms(startupMs.p95)}`)]),
    ]
    const how = 'The player page: how far behind live viewers’ players are, median of the last two minutes. Platforms differ.'
    return { ms: seen.p50, basis: 'measured', how, figures }
  }
  if (playback === null || playback.holdBackMs === undefined || playback.lastSegmentMs === 0) {
    return { ms: null, basis: 'computed', how: 'The player page has no segments yet.' }
  }
  const how = 'The player page: a player stays three target durations behind the newest segment. Platforms differ.'
  return { ms: playback.holdBackMs, basis: 'computed', how, figures: [figure('Segment', ms(playback.lastSegmentMs))] }
}

function outputLatency({ id, name, state }: LedgerFacts['outputs'][number], { stats, own }: LedgerFacts): OutputLatency {
  const figures = statsOf(stats, id)
  const accepted = isConnected(state) ? acceptanceOf(figures) : { ms: null, basis: 'measured' as const, how: 'Not connected.' }
  const queueMs = figures?.queueMs ?? 0
  return {
    outputId: id,
    name,
    state: state ?? 'idle',
    queueBytes: figures?.queueBytes ?? 0,
    queueMs,
    queueVerdict: isConnected(state) ? verdictOf(queueMs, budgetOf('queue', own)) : 'unknown',
    ...(figures?.delayMs === undefined ? {} : { delayMs: figures.delayMs }),
    acceptanceMs: accepted.ms,
    acceptanceBasis: accepted.basis,
    acceptanceVerdict: verdictOf(accepted.ms, budgetOf('acceptance', own)),
    how: accepted.how,
  }
}

function acceptanceOf(figures: OutputStats | null): { ms: number | null; basis: 'measured' | 'computed'; how: string } {
  if (figures?.line != null) {
    const { rttMs, latencyMs } = figures.line
    return { ms: Math.round(rttMs + latencyMs), basis: 'computed', how: 'SRT: round trip and latency.' }
  }
  const ackAgeMs = figures?.ackAgeMs ?? null
  if (ackAgeMs === null) return { ms: null, basis: 'measured', how: 'No acknowledgement yet.' }
  return { ms: ackAgeMs, basis: 'measured', how: 'From sending a byte to its acknowledgement.' }
}
