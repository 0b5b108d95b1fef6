import type { HintCode, ProblemCode, TriageAction, TriageProblem } from '@sluice/contract/api'
import { isTroubled } from '@sluice/judge'
import type { OutputFacts, TriageFacts } from './facts.ts'
import { hintFor, weaknessOf } from './judge-outputs.ts'
import { problem } from './problem.ts'
import { rungProblems } from './rung-problems.ts'

/** What is wrong with each output by itself. One alone: its credentials first. [OPS-09] */
export function outputProblems(facts: TriageFacts): TriageProblem[] {
  const { outputs } = facts
  const bad = outputs.filter(({ actual }) => isTroubled(actual?.state ?? null))
  const found = bad.map((output) => downProblem(output, outputs.length - bad.length, facts.engineLostAt !== null))
  for (const output of outputs) if (!bad.includes(output)) found.push(...weakProblem(output, facts))
  found.push(...rungProblems(facts))
  if (facts.latency.isDrifting && bad.length === 0) {
    const text = 'Check which outputs reconnect or queue media, and whether the uplink is full.'
    const action: TriageAction = { kind: 'show-latency', role: null, outputId: null }
    const words = { badge: 'Delay grows', title: 'The delay that Sluice adds has grown steadily for ten minutes', since: null }
    found.push(problem('delay-grows', 'warn', 'output', 'retry-queue', { ...words, text, action }))
  }
  return found
}

const keyKinds: readonly string[] = ['auth', 'publish-rejected', 'duplicate-publisher']

function downProblem(output: OutputFacts, healthy: number, isRestart: boolean): TriageProblem {
  const { id, name, actual } = output
  const reason = actual?.reason ?? null
  const others = healthy > 0 ? ` The other ${healthy === 1 ? 'output is' : 'outputs are'} not affected.` : ''
  const since = actual?.since ?? null
  const say = (
    code: ProblemCode,
    tone: 'warn' | 'bad',
    hint: HintCode,
    badge: string,
    title: string,
    text: string,
    kind: TriageAction['kind'],
    at = since,
  ) => problem(code, tone, 'output', hint, { badge, title, since: at, text, action: { kind, role: null, outputId: id } })
  const hint = hintFor([output])
  const isKey = keyKinds.includes(reason?.kind ?? '')
  switch (actual?.state) {
    case 'failed':
      if (isKey)
        return say('key-refused', 'bad', 'credentials', 'failed', `${name} refused the stream key`, `${hint}${others}`, 'replace-key')
      return say('output-failed', 'bad', 'credentials', 'failed', `${name} failed`, `${because(reason)}${hint}${others}`, 'retry')
    case 'disabled':
      return say(
        'output-disabled',
        'bad',
        'credentials',
        'disabled',
        `${name} was disabled after too many failures`,
        `${because(reason)}${hint}${others}`,
        isKey ? 'replace-key' : 'retry',
      )
    case 'stalled':
      return say(
        'output-stalled',
        'warn',
        'retry-queue',
        'stalled',
        `${name} stopped reading`,
        `Sluice reconnects automatically. If it happens again, ask ${name} to check their server.${others}`,
        'retry',
      )
    default: {
      const isStall = reason?.kind === 'stall'
      const title = isStall ? `${name} stopped reading` : `${name} is retrying`
      const text = isStall
        ? `Sluice is reconnecting. If it happens again, ask ${name} to check their server.${others}`
        : `${because(reason)}${isRestart ? 'Sluice reconnects automatically.' : hint}${others}`
      return say(
        isStall ? 'output-stalled' : 'output-retrying',
        'warn',
        isStall || isRestart ? 'retry-queue' : 'credentials',
        'retrying',
        title,
        text,
        'retry',
        isStall ? since : null,
      )
    }
  }
}

const because = (reason: { message: string } | null): string => (reason === null ? '' : `${reason.message.replace(/\.$/, '')}. `)

function weakProblem(output: OutputFacts, facts: TriageFacts): TriageProblem[] {
  const weak = weaknessOf(output, facts)
  if (weak === null) return []
  const action: TriageAction = { kind: weak.code === 'handover-failed' ? 'replace-key' : 'show-output', role: null, outputId: output.id }
  const code = weak.code === 'handover-failed' ? 'handover-failed' : 'output-weak'
  const words = {
    badge: 'weak',
    title: `${output.name}: ${weak.sentence.replace(/\.$/, '')}`,
    since: null,
    text: weak.tryFirst ?? '',
    action,
  }
  return [problem(code, 'warn', 'output', code === 'handover-failed' ? 'credentials' : 'retry-queue', words)]
}
