import { isoTime } from '@sluice/base/clock'
import { type Triage, triageStages } from '@sluice/contract/api'
import { evidence, formatAge, stepOf, type TriageFacts } from './facts.ts'
import { judgeInput } from './judge-input.ts'
import { judgeOutputs } from './judge-outputs.ts'
import { judgePlayback } from './judge-playback.ts'
import { judgeTransport } from './judge-transport.ts'
import { findProblems, silentProblem } from './problems.ts'
import { calmOf, gatesOf, proofOf } from './proof.ts'

/**
 * Looks at a channel in the one fixed order. All four stages are told; `beginAt` is the first that is in trouble, else the first to
 * watch: what comes later is most often its consequence.
 */
export function triage(facts: TriageFacts): Triage {
  const { staleSince } = facts.stats
  if (staleSince != null) return silent(facts, staleSince)
  const steps = [judgeInput(facts), judgeTransport(facts), judgeOutputs(facts), judgePlayback(facts)]
  const worst = (['trouble', 'watch', 'ok'] as const).find((verdict) => steps.some((step) => step.verdict === verdict)) ?? 'idle'
  const first = worst === 'trouble' || worst === 'watch' ? steps.find((step) => step.verdict === worst) : undefined
  return {
    channelId: facts.channelId,
    at: isoTime(facts.nowMs),
    verdict: worst,
    beginAt: first?.stage ?? null,
    steps,
    problems: findProblems(facts, steps),
    ...shownOf(facts),
  }
}

const shownOf = (facts: TriageFacts): Pick<Triage, 'calm' | 'lastTroubleAt' | 'onAirSince' | 'proof' | 'gates'> => ({
  calm: calmOf(facts),
  lastTroubleAt: facts.lastTroubleAt,
  onAirSince: facts.onAirSince,
  proof: proofOf(facts),
  gates: gatesOf(facts),
})

/** The engine reports nothing: whatever was last heard, no stage may be called sound. */
function silent(facts: TriageFacts, since: string): Triage {
  const { channelId, nowMs } = facts
  const ago = formatAge(since, nowMs)
  const [first, ...others] = triageStages
  const tryFirst = 'Check the machine’s load and /readyz. Sluice restarts an engine that hangs.'
  const shown = [evidence('Engine', `silent for ${ago}`, true)]
  const steps = [
    stepOf(first)('trouble', `No report from the engine for ${ago}: the show may be off air.`, shown, tryFirst),
    ...others.map((stage) => stepOf(stage)('trouble', 'Unknown until the engine reports again.', shown, tryFirst)),
  ]
  const problems = [silentProblem(since, tryFirst)]
  return { channelId, at: isoTime(nowMs), verdict: 'trouble', beginAt: first, steps, problems, ...shownOf(facts) }
}
