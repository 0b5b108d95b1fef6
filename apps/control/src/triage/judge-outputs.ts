import type { TriageStep, Verdict } from '@sluice/contract/api'
import { needWords } from '@sluice/contract/link'
import { isTroubled, judgeOutput, sayVerdicts } from '@sluice/judge'
import { type Evidence, evidence, type OutputFacts, stepOf, type TriageFacts } from './facts.ts'
import { rungTrouble } from './rung-problems.ts'

const step = stepOf('output')
const shownOutputs = 8

/** Stage 3: does every output that should be live take what it is given? */
export function judgeOutputs(facts: TriageFacts): TriageStep {
  const { outputs } = facts
  if (outputs.length === 0) return step('idle', 'No output is set to run.', [])
  const bad = outputs.filter(({ actual }) => isTroubled(actual?.state ?? null))
  const slow = outputs.filter((output) => !bad.includes(output) && weaknessOf(output, facts) !== null)
  const shown = [...bad, ...slow].slice(0, shownOutputs).map((output) => outputEvidence(output, facts))
  if (bad.length > 0) {
    const [first] = bad
    const others = bad.length === 1 ? '' : ` and ${bad.length - 1} more`
    const reason = first?.actual?.reason
    const sentence = `${first?.name}${others} of ${outputs.length} outputs: ${reason?.message ?? first?.actual?.state}.`
    return step('trouble', sentence, shown, hintFor(bad))
  }
  if (facts.latency.isDrifting) {
    const tryFirst = 'Check which outputs reconnect or queue media, and whether the uplink is full.'
    return step('watch', 'The delay that Sluice adds has grown steadily for ten minutes.', shown, tryFirst)
  }
  const encode = rungTrouble(facts)
  if (encode !== null) return step(encode.code === 'rung-failed' ? 'trouble' : 'watch', `${encode.title}.`, shown, encode.text)
  const weak = slow[0]
  if (weak !== undefined) {
    const weakness = weaknessOf(weak, facts)
    return step('watch', `${weak.name}: ${lowerFirst(weakness?.sentence ?? '')}`, shown, weakness?.tryFirst ?? null)
  }
  if (facts.actual === null || facts.actual.source === 'none') return step('idle', `Outputs are waiting for ${needOf(facts)}.`, [])
  const live = outputs.filter(({ actual }) => actual?.state === 'live').length
  if (live < outputs.length) {
    const waiting = outputs
      .filter(({ actual }) => actual?.state !== 'live')
      .map(({ name, actual }) => `${name} is ${actual?.state ?? 'idle'}`)
    const sentence = `${live} of ${outputs.length} outputs are live: ${waiting.slice(0, 3).join(', ')}${waiting.length > 3 ? ` and ${waiting.length - 3} more wait` : ''}.`
    const tryFirst = 'Give them a few seconds to connect. Preflight shows where a connection hangs.'
    return step('watch', sentence, [evidence('Live', `${live} of ${outputs.length}`, true)], tryFirst)
  }
  return step('ok', outputs.length === 1 ? 'The output receives everything.' : `All ${outputs.length} outputs receive everything.`, [
    evidence('Live', `${outputs.length} of ${outputs.length}`),
  ])
}

/** One destination alone: its credentials first. The engine's own hint knows the kind of failure, and says so. */
export function hintFor(bad: readonly OutputFacts[]): string {
  const [first] = bad
  const hint = first?.actual?.reason?.hint ?? 'Check its credentials first, then the platform’s own page.'
  if (bad.length > 1 || first?.actual?.reason?.kind == null) return hint
  const isKeyKind = ['auth', 'publish-rejected', 'duplicate-publisher'].includes(first.actual.reason.kind)
  return isKeyKind ? hint : `${hint} Only this one fails: check its credentials too.`
}

/** What all of them wait for while nothing is on the air. */
function needOf({ outputs }: TriageFacts): string {
  const need = outputs.map(({ actual }) => actual?.waitingFor).find((one) => one === 'video-config' || one === 'audio-config')
  return need == null ? 'the source' : `${needWords[need].what} from the source`
}

/** The worst that the judge says of an output that is not down. */
export function weaknessOf({ actual, stats, maxQueueMs, class: outputClass }: OutputFacts, { nowMs }: TriageFacts): Verdict | null {
  if (actual === null) return null
  const effective = { queueMs: maxQueueMs }
  const own = sayVerdicts(judgeOutput({ nowMs, class: outputClass, effective, actual, stats, staleSince: null }))[0] ?? null
  return unseenOf({ actual, stats }) ?? own
}

/** Its bytes are confirmed, and its destination does not show them: that only the probes know. */
export const unseenOf = ({ actual, stats }: Pick<OutputFacts, 'actual' | 'stats'>): Verdict | null =>
  (actual?.state === 'live' ? stats?.verdicts?.find(({ code }) => code === 'output-unseen') : undefined) ?? null

/** Behind a colon; acronyms keep their capitals. */
const lowerFirst = (text: string): string => (/^[A-Z][a-z]* /.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text)

function outputEvidence(output: OutputFacts, facts: TriageFacts): Evidence {
  const { actual, name } = output
  const value = isTroubled(actual?.state ?? null)
    ? `${actual?.state}${actual?.reason ? `: ${actual.reason.kind ?? actual.reason.code}` : ''}`
    : (weaknessOf(output, facts)?.sentence ?? '')
  return evidence(name, value, true)
}
