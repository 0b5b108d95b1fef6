import type { ChannelStats, LatencyStage, TriageStage, TriageStep, TriageVerdict, Verdict } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { ChannelActual, OutputActual, SourceLock } from '@sluice/contract/link'
import type { OutputClass } from '@sluice/contract/policy'

/** One output that the operator wants to run. */
export type OutputFacts = {
  id: string
  name: string
  class: OutputClass
  /** Its queue bound, own or its class's. */
  maxQueueMs: number
  actual: OutputActual | null
  stats: ChannelStats['outputs'][number] | null
}

/** All that triage judges by. It asks nobody: the same facts give the same answer. */
export type TriageFacts = {
  channelId: string
  nowMs: number
  /** Null: no engine carries the channel. */
  actual: ChannelActual | null
  stats: ChannelStats
  /** Outputs with `desired` running. */
  outputs: readonly OutputFacts[]
  /** Silence after which the source is switched. */
  triggerMs: number
  /** Of the last five minutes, newest first. */
  events: readonly StoredEvent[]
  /** How the line of the input on the air has done over the last minutes. */
  line: { readonly rttMedianMs: number | null; readonly lossShare: number | null }
  /** Stages over their latency budget, and whether what Sluice adds grows steadily. */
  latency: { readonly breached: readonly LatencyStage[]; readonly isDrifting: boolean }
  lock: SourceLock
  /** Time without errors after which the channel returns to a higher input. */
  holdMs: number
  /** Outputs that somebody, or a rollback, stopped. */
  stopped: number
  /** When the engine that carries the channel was last restarted, if that was a moment ago. */
  engineLostAt: string | null
  /** Why control can store nothing, and since when. */
  storage: { readonly sentence: string; readonly since: string } | null
  /** The last rehearsal of failover; undefined: not looked for. */
  rehearsal: { readonly at: string; readonly isPassed: boolean } | null | undefined
  /** Somebody ended the show, and none has begun since. */
  isEnded: boolean
  /** When the show on the air began. */
  onAirSince: string | null
  /** The last warning or error of the log. */
  lastTroubleAt: string | null
}

export type Evidence = TriageStep['evidence'][number]

/** One figure or fact; `isTroubled` marks what the sentence speaks of. */
export const evidence = (label: string, value: string, isTroubled = false): Evidence => ({ label, value, isTroubled })

/** Builds the step of one stage. */
export const stepOf =
  (stage: TriageStage) =>
  (verdict: TriageVerdict, sentence: string, facts: Evidence[], tryFirst: string | null = null): TriageStep => ({
    stage,
    verdict,
    sentence,
    evidence: facts,
    tryFirst,
  })

/** Figures of the input on the air. */
export function onAirStats({ actual, stats }: TriageFacts): ChannelStats['inputs'][number] | null {
  const onAir = actual?.inputs.find((input) => input.onAir)
  return stats.inputs.find((input) => input.inputId === onAir?.inputId) ?? null
}

/** What the judge says of the input on the air: of its media, or of the line that it comes in by. */
export const onAirVerdicts = (facts: TriageFacts, subject: 'source' | 'line'): Verdict[] =>
  (onAirStats(facts)?.verdicts ?? []).filter((verdict) => verdict.subject === subject)

/** The step's word for the level of a verdict. */
export const stepVerdict = ({ level }: Pick<Verdict, 'level'>): TriageVerdict =>
  level === 'bad' ? 'trouble' : level === 'warn' ? 'watch' : 'ok'

export const formatAge = (at: string, nowMs: number): string => `${Math.round(ageMs(at, nowMs) / 1000)} s`

const ageMs = (at: string, nowMs: number): number => Math.max(0, nowMs - Date.parse(at))
