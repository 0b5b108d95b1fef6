import type { Triage } from '@sluice/contract/api'
import type { TriageFacts } from './facts.ts'
import { judgeInput } from './judge-input.ts'
import { judgeOutputs } from './judge-outputs.ts'
import { judgePlayback } from './judge-playback.ts'
import { judgeTransport } from './judge-transport.ts'

/**
 * Looks at a channel in the one fixed order. All four stages are told; `beginAt` is the first that is in trouble, else the first to
 * watch: what comes later is most often its consequence.
 */
export function triage(facts: TriageFacts): Triage {
  const steps = [judgeInput(facts), judgeTransport(facts), judgeOutputs(facts), judgePlayback(facts)]
  const worst = (['trouble', 'watch', 'ok'] as const).find((verdict) => steps.some((step) => step.verdict === verdict)) ?? 'idle'
  const first = worst === 'trouble' || worst === 'watch' ? steps.find((step) => step.verdict === worst) : undefined
  return { channelId: facts.channelId, at: new Date(facts.nowMs).toISOString(), verdict: worst, beginAt: first?.stage ?? null, steps }
}
