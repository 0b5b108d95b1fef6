import type { TriageProblem, TriageStep } from '@sluice/contract/api'
import type { TriageFacts } from './facts.ts'
import { inputProblems } from './input-problems.ts'
import { outputProblems } from './output-problems.ts'
import { problem, showSteps } from './problem.ts'

const restartShownMs = 60_000

/** Everything that is wrong with a channel, one problem each: what needs a person before what Sluice works on, then input before output. */
export function findProblems(facts: TriageFacts, steps: readonly TriageStep[]): TriageProblem[] {
  // What an output failed at stands in its row and in the report; nothing can be done for the show any more.
  if (facts.isEnded && facts.actual !== null && facts.actual.source === 'none') return machineProblems(facts)
  const found = [
    ...machineProblems(facts),
    ...inputProblems(facts),
    ...transportProblems(facts, steps),
    ...outputProblems(facts),
    ...playbackProblems(facts, steps),
  ]
  return [...found.filter(({ tone }) => tone === 'bad'), ...found.filter(({ tone }) => tone === 'warn')]
}

/** The engine reports nothing: that is all that can be said. */
export const silentProblem = (since: string, tryFirst: string): TriageProblem =>
  problem('engine-silent', 'bad', 'input', 'machine', {
    badge: 'Unknown',
    title: 'The media engine went silent',
    since,
    text: `The show may be off air. ${tryFirst}`,
    action: showSteps,
  })

function machineProblems({ storage, engineLostAt, nowMs, outputs, actual }: TriageFacts): TriageProblem[] {
  const found: TriageProblem[] = []
  if (storage !== null) {
    found.push(
      problem('storage', 'bad', 'input', 'machine', {
        badge: 'Not saving',
        title: 'Sluice stopped saving changes',
        since: storage.since,
        text: `The show goes on. ${storage.sentence}`,
        action: showSteps,
      }),
    )
  }
  if (engineLostAt === null || nowMs - Date.parse(engineLostAt) > restartShownMs) return found
  const back = outputs.filter((output) => output.actual?.state === 'live').length
  const others = outputs.length - back
  const text =
    actual === null
      ? 'It comes back within seconds. Nothing to do yet.'
      : others > 0
        ? `${back} of ${outputs.length} outputs are back, ${others} ${others === 1 ? 'is' : 'are'} connecting again. Nothing to do yet.`
        : 'All outputs are back. Nothing to do.'
  found.push(
    problem('engine-restarted', 'warn', 'output', 'retry-queue', {
      badge: 'Restarted',
      title: 'The media engine restarted',
      since: engineLostAt,
      text,
      action: showSteps,
    }),
  )
  return found
}

function transportProblems(facts: TriageFacts, steps: readonly TriageStep[]): TriageProblem[] {
  const step = steps.find(({ stage }) => stage === 'transport')
  if (step === undefined || (step.verdict !== 'watch' && step.verdict !== 'trouble')) return []
  const tone = step.verdict === 'trouble' ? 'bad' : 'warn'
  const isSlow = /^The last failover took|^The source was switched/.test(step.sentence)
  const isLate = facts.latency.breached.length > 0 && /latency budget/.test(step.sentence)
  const isAllDown = /outputs are in trouble at once/.test(step.sentence)
  const words = { title: step.sentence.replace(/\.$/, ''), since: null, text: step.tryFirst ?? '', action: showSteps }
  if (isSlow) return [problem('slow-failover', tone, 'transport', 'detection-timeout', { badge: 'Slow failover', ...words })]
  if (isLate)
    return [
      problem('latency', tone, 'transport', 'retry-queue', { badge: 'Late', ...words, action: { ...showSteps, kind: 'show-latency' } }),
    ]
  return [
    problem(isAllDown ? 'outputs-all-down' : 'line', tone, 'transport', 'contribution', {
      badge: isAllDown ? 'All outputs down' : 'Bad line',
      ...words,
    }),
  ]
}

function playbackProblems({ actual }: TriageFacts, steps: readonly TriageStep[]): TriageProblem[] {
  const step = steps.find(({ stage }) => stage === 'playback')
  if (step === undefined || actual?.source === 'slate' || (step.verdict !== 'watch' && step.verdict !== 'trouble')) return []
  return [
    problem('playback', step.verdict === 'trouble' ? 'bad' : 'warn', 'playback', 'player-buffer', {
      badge: 'Player page',
      title: step.sentence.replace(/\.$/, ''),
      since: null,
      text: step.tryFirst ?? '',
      action: showSteps,
    }),
  ]
}
