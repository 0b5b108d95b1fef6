import type { TargetJudgement, TriageStep } from '@sluice/contract/api'
import { needWords } from '@sluice/contract/link'
import type { OutputClass } from '@sluice/contract/policy'
import { ageMs, type Evidence, evidence, formatRate, type OutputFacts, stepOf, type TriageFacts } from './facts.ts'
import { isTroubled } from './output-trouble.ts'

const step = stepOf('output')
/** Figures of a session's first seconds say nothing. */
const settledMs = 10_000
const slowConnectMs = 15_000
const shownOutputs = 8

/** Stage 3: does every output that should be live take what it is given? */
export function judgeOutputs(facts: TriageFacts): TriageStep {
  const { outputs } = facts
  if (outputs.length === 0) return step('idle', 'No output is to run.', [])
  const bad = outputs.filter((output) => isTroubled(output))
  const slow = outputs.filter((output) => !isTroubled(output) && weaknessOf(output, facts) !== null)
  const shown = [...bad, ...slow].slice(0, shownOutputs).map((output) => outputEvidence(output, facts))
  if (bad.length > 0) {
    const [first] = bad
    const others = bad.length === 1 ? '' : ` and ${bad.length - 1} more`
    const reason = first?.actual?.reason
    const sentence = `${first?.name}${others} of ${outputs.length} outputs: ${reason?.message ?? first?.actual?.state}.`
    return step('trouble', sentence, shown, hintFor(bad))
  }
  if (facts.latency.isDrifting) {
    const tryFirst = 'Look at the retry queues: which outputs reconnect or hold media back, and whether the uplink is full.'
    return step('watch', 'The delay that Sluice adds has grown steadily for ten minutes.', shown, tryFirst)
  }
  const weak = slow[0]
  if (weak !== undefined) {
    const weakness = weaknessOf(weak, facts)
    return step('watch', `${weak.name}: ${weakness?.sentence}`, shown, weakness?.tryFirst ?? null)
  }
  if (facts.actual === null || facts.actual.source === 'none') return step('idle', `Outputs are waiting for ${needOf(facts)}.`, [])
  const live = outputs.filter(({ actual }) => actual?.state === 'live').length
  if (live < outputs.length) {
    const waiting = outputs
      .filter(({ actual }) => actual?.state !== 'live')
      .map(({ name, actual }) => `${name} is ${actual?.state ?? 'idle'}`)
    const sentence = `${live} of ${outputs.length} outputs are live: ${waiting.slice(0, 3).join(', ')}${waiting.length > 3 ? ` and ${waiting.length - 3} more wait` : ''}.`
    const tryFirst = 'Give them a few seconds to connect. Preflight shows the step at which one hangs.'
    return step('watch', sentence, [evidence('Live', `${live} of ${outputs.length}`, true)], tryFirst)
  }
  return step('ok', outputs.length === 1 ? 'The output takes what it is sent.' : `All ${outputs.length} outputs take what they are sent.`, [
    evidence('Live', `${outputs.length} of ${outputs.length}`),
  ])
}

/** One destination alone: its credentials first. The engine's own hint knows the kind of failure, and says so. */
function hintFor(bad: readonly OutputFacts[]): string {
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

type Weakness = { sentence: string; tryFirst: string; value: string }

function weaknessOf({ actual, stats, maxQueueMs, class: outputClass }: OutputFacts, facts: TriageFacts): Weakness | null {
  if (actual === null) return null
  if (actual.state === 'connecting' && ageMs(actual.since, facts.nowMs) > slowConnectMs) {
    const need = actual.waitingFor == null ? undefined : needWords[actual.waitingFor]
    if (need !== undefined)
      return {
        sentence: `connected, waiting for ${need.what} from the source.`,
        tryFirst: need.tryFirst,
        value: `waiting for ${need.what}`,
      }
    const tryFirst = 'Run preflight: it shows the step at which the connection hangs.'
    return { sentence: 'still connecting.', tryFirst, value: 'connecting' }
  }
  const { handover } = actual
  if (actual.state === 'live' && handover !== undefined && handover.reason !== null) {
    const sentence = `live with the old key, the new one does not work: ${handover.reason.message}.`
    return { sentence, tryFirst: handover.reason.hint, value: 'live with the old key' }
  }
  if (actual.state !== 'live' || stats === null || stats.sessionMs < settledMs) return null
  if (stats.queueMs > maxQueueMs / 2) {
    const sentence = `${(stats.queueMs / 1000).toFixed(1)} s of media wait for it, and the delay grows.`
    const tryFirst = 'Look for retries and a full uplink: a queue that grows is what makes latency drift.'
    return { sentence, tryFirst, value: `${(stats.queueMs / 1000).toFixed(1)} s queued` }
  }
  return deviationOf(stats.target, outputClass)
}

/** What the output gives against what it should, over ten seconds. [OBS-04] */
function deviationOf(target: TargetJudgement | undefined, outputClass: OutputClass): Weakness | null {
  if (target === undefined || target.deviates === null) return null
  const [found, wanted, limit] = [target.foundKbps, target.targetKbps, target.limitKbps].map((kbps) => formatRate(kbps * 1000))
  if (target.deviates === 'over') {
    const whose = target.limitFrom === 'output' ? 'its own limit' : `class ${outputClass}`
    const sentence = `${found} of video go out, over the ${limit} of ${whose}.`
    return {
      sentence,
      tryFirst: 'Lower the bitrate in the encoder, or raise the limit if the platform takes more.',
      value: `${found} of ${limit}`,
    }
  }
  const value = `${found} of ${wanted}`
  if (target.targetFrom === 'output') {
    const tryFirst = 'Raise the bitrate in the encoder to the target of this output, or check the uplink if the encoder gives it.'
    return { sentence: `only ${value} go out, its own target.`, tryFirst, value }
  }
  return { sentence: `only ${value} get through.`, tryFirst: 'Check the uplink, then the platform’s own health page.', value }
}

function outputEvidence(output: OutputFacts, facts: TriageFacts): Evidence {
  const { actual, name } = output
  const value = isTroubled(output)
    ? `${actual?.state}${actual?.reason ? `: ${actual.reason.kind ?? actual.reason.code}` : ''}`
    : (weaknessOf(output, facts)?.value ?? '')
  return evidence(name, value, true)
}
