import type { ChannelStats, LatencyStage, TriageStage, TriageStep, TriageVerdict } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { ChannelActual, InputStats, OutputActual } from '@sluice/contract/link'
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
  /** Stages over their latency budget, and whether what Sluice adds grows steadily. */
  latency: { readonly breached: readonly LatencyStage[]; readonly isDrifting: boolean }
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
export function onAirStats({ actual, stats }: TriageFacts): InputStats | null {
  const onAir = actual?.inputs.find((input) => input.onAir)
  return stats.inputs.find((input) => input.inputId === onAir?.inputId) ?? null
}

export const formatRate = (bps: number): string =>
  bps >= 1_000_000 ? `${(bps / 1_000_000).toFixed(1)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`

export const formatAge = (at: string, nowMs: number): string => `${Math.round(ageMs(at, nowMs) / 1000)} s`

export const ageMs = (at: string, nowMs: number): number => Math.max(0, nowMs - Date.parse(at))
