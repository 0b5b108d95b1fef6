import {
  type ChannelStats,
  type LatencyBudgetsPatch,
  type LatencyEntry,
  type LatencyLedger,
  type LatencyStage,
  latencyStages,
} from '@sluice/contract/api'
import type { NewEvent } from '@sluice/contract/link'
import type { LiveState } from '../observed/index.ts'
import { type LineFigures, unknownLine } from '../verdicts/index.ts'
import { type BreachState, nextBreach, noBreach } from './breach.ts'
import { DriftMonitor } from './drift.ts'
import { type LedgerFacts, latencyLedger, ownDelayMs, type ViewerLatency } from './ledger.ts'
import { isLineOver, type LineCode, lineCodes, sayLine } from './line-breach.ts'

/** What a channel is configured to, as far as its ledger goes. */
export type LatencyConfig = { readonly outputs: readonly { id: string; name: string }[]; readonly own: LatencyBudgetsPatch }

export type LatencyParts = {
  readonly live: LiveState
  /** Null: no such channel. */
  config(channelId: string): LatencyConfig | null
  /** How the line of an input has done. */
  line(channelId: string, inputId: string): LineFigures
  /** What the players of its viewers say; null: none reports. */
  viewers(channelId: string): ViewerLatency | null
  onEvent(event: NewEvent & { channelId: string }): void
}

type Watched = {
  readonly drift: DriftMonitor
  // bound: one a stage of the latency, a closed list
  readonly breaches: Map<LatencyStage, BreachState>
  // bound: one a figure of a line, a closed list
  readonly lineBreaches: Map<LineCode, BreachState>
}

/** Words for what to do about each stage, first things first. */
const firsts: Readonly<Record<LatencyStage, string>> = {
  capture: '',
  contribution: 'Lower the SRT latency of the input as far as the line allows, or raise the budget.',
  'contribution-tcp': '',
  processing: 'This machine is overloaded: check its load and the number of channels on the engine.',
  queue: 'Check for retries and a full uplink.',
  acceptance: 'The destination is slow, and nothing in Sluice can speed it up. Check its status page.',
  player: 'Check the segment length and whether viewers stall.',
}

/** Holds every channel's stages against their budgets, second by second, and tells when one goes over, comes back, or grows. */
export class LatencyMonitor {
  readonly #parts: LatencyParts
  // bound: one a channel, taken away with it
  readonly #watched = new Map<string, Watched>()

  constructor(parts: LatencyParts) {
    this.#parts = parts
  }

  /** Takes the last second of a channel. */
  note(stats: ChannelStats): void {
    const { channelId, at } = stats
    const config = this.#parts.config(channelId)
    if (config === null) this.#watched.delete(channelId)
    if (config === null || at === null) return
    const watched = this.#watched.get(channelId) ?? {
      drift: new DriftMonitor(),
      breaches: new Map(),
      lineBreaches: new Map(),
    }
    this.#watched.set(channelId, watched)
    const nowMs = Date.parse(at)
    const facts = this.#facts(channelId, config, watched)
    const isOver = [...watched.breaches.values(), ...watched.lineBreaches.values()].some(
      ({ breachedMs, sinceMs }) => breachedMs !== null || sinceMs !== null,
    )
    // Nothing comes, nothing leaves, and nothing is to be taken back: most channels, most of the time.
    if (facts.onAir === null && stats.processing === undefined && !isOver) return
    const ledger = latencyLedger(facts)
    for (const entry of ledger.stages) this.#judge(channelId, watched, entry, nowMs)
    for (const code of lineCodes) this.#judgeLine(channelId, watched, code, facts.line, nowMs)
    const ownMs = ownDelayMs(stats, facts.outputs)
    if (ownMs !== null && watched.drift.add(ownMs, nowMs)) this.#tellDrift(channelId, watched.drift, ownMs)
  }

  /** The ledger of a channel now; null for one that is not configured. */
  ledger(channelId: string): LatencyLedger | null {
    const config = this.#parts.config(channelId)
    if (config === null) return null
    return latencyLedger(this.#facts(channelId, config, this.#watched.get(channelId) ?? null))
  }

  #facts(channelId: string, { outputs, own }: LatencyConfig, watched: Watched | null): LedgerFacts {
    const { live } = this.#parts
    const breaches = [...(watched?.breaches ?? [])].flatMap(([stage, { breachedMs }]) =>
      breachedMs === null ? [] : [[stage, breachedMs] as const],
    )
    const onAir = live.channel(channelId)?.inputs.find((input) => input.onAir) ?? null
    return {
      channelId,
      stats: live.stats(channelId),
      onAir,
      outputs: outputs.map(({ id, name }) => ({ id, name, state: live.output(id)?.state ?? null })),
      own,
      line: this.line(channelId),
      viewers: this.#parts.viewers(channelId),
      drift: watched?.drift.drift ?? { msPerMinute: null, isDrifting: false },
      breaches: Object.fromEntries(breaches),
    }
  }

  /** What was only reckoned is shown, and alarms nobody. */
  #judge(channelId: string, { breaches }: Watched, entry: LatencyEntry, nowMs: number): void {
    const { stage, ms, basis, verdict, budget } = entry
    const isOver = basis !== 'measured' || verdict === 'unknown' ? null : verdict === 'over'
    const { state, change } = nextBreach(breaches.get(stage) ?? noBreach, isOver, nowMs)
    breaches.set(stage, state)
    if (change === null) return
    const isBreach = change === 'breached'
    const message = isBreach
      ? `Latency: ${stage} takes ${ms} ms, over its budget of ${budget.toMs} ms for 30 s. ${firsts[stage]}`
      : ms === null
        ? `Latency: ${stage} is not measured any more.`
        : `Latency: ${stage} is back within its budget of ${budget.toMs} ms: ${ms} ms.`
    this.#parts.onEvent({
      name: isBreach ? 'latency.breached' : 'latency.recovered',
      severity: isBreach ? 'warning' : 'info',
      channelId,
      subjectId: channelId,
      message,
      data: { stage, ms, budgetMs: budget.toMs, figures: entry.figures },
    })
  }

  #judgeLine(channelId: string, { lineBreaches }: Watched, code: LineCode, line: LineFigures, nowMs: number): void {
    const { state, change } = nextBreach(lineBreaches.get(code) ?? noBreach, isLineOver(code, line), nowMs)
    lineBreaches.set(code, state)
    if (change === null) return
    this.#parts.onEvent({
      name: change === 'breached' ? 'latency.breached' : 'latency.recovered',
      severity: change === 'breached' ? 'warning' : 'info',
      channelId,
      subjectId: channelId,
      message: sayLine(code, line, change),
      data: { stage: 'contribution', figure: code, rttMedianMs: line.rttMedianMs, lossShare: line.lossShare },
    })
  }

  #tellDrift(channelId: string, { drift }: DriftMonitor, ownMs: number): void {
    const message = `Latency is drifting: Sluice adds ${ownMs} ms now, ${Math.round(drift.msPerMinute ?? 0)} ms a minute more for ten minutes. Check the outputs' queues and retries.`
    const data = { msPerMinute: drift.msPerMinute, ownMs }
    this.#parts.onEvent({ name: 'latency.drifted', severity: 'warning', channelId, subjectId: channelId, message, data })
  }

  /** How the line of the input on the air has done; unknown while none is. */
  line(channelId: string): LineFigures {
    const onAir = this.#parts.live.channel(channelId)?.inputs.find((input) => input.onAir)
    return onAir === undefined ? unknownLine : this.#parts.line(channelId, onAir.inputId)
  }

  /** Stages that are over their budget, and whether the sum drifts: for triage. */
  trouble(channelId: string): { breached: LatencyStage[]; isDrifting: boolean } {
    const watched = this.#watched.get(channelId)
    return {
      breached: latencyStages.filter((stage) => (watched?.breaches.get(stage)?.breachedMs ?? null) !== null),
      isDrifting: watched?.drift.drift.isDrifting ?? false,
    }
  }
}
