import { roleName } from '@sluice/base/words'
import type { TriageStep, Verdict } from '@sluice/contract/api'
import { type InputActual, type InputNotice, noticesInForce, noticeWords } from '@sluice/contract/link'
import { formatRate, isAdvice } from '@sluice/judge'
import { type Evidence, evidence, onAirStats, onAirVerdicts, stepOf, stepVerdict, type TriageFacts } from './facts.ts'

const step = stepOf('input')

/** Stage 1: does a whole, sound source come in? */
export function judgeInput(facts: TriageFacts): TriageStep {
  const { actual } = facts
  if (actual === null) {
    const tryFirst = 'Check /readyz and the log for why no engine is up.'
    return step('trouble', 'No engine carries this channel.', [evidence('Engine', 'none', true)], tryFirst)
  }
  const onAir = actual.inputs.find((input) => input.onAir)
  const list = actual.inputs.map(inputEvidence)
  if (facts.isEnded && actual.source === 'none')
    return step('idle', 'The show has ended; outputs stay closed until a new one begins.', list)
  const unusable = judgeUnusable(facts, list)
  if (unusable !== null) return unusable
  if (actual.source === 'slate') {
    const tryFirst = 'Start the encoder again; the slate keeps the outputs up until then.'
    return step('trouble', 'All inputs are gone: viewers see the slate.', list, tryFirst)
  }
  if (onAir === undefined) return judgeSilence(facts, list)
  const judged = onAirVerdicts(facts, 'source')
  const shown = [...list, ...figures(facts), ...noticeEvidence(noticesInForce(onAir.notices)), ...adviceEvidence(judged)]
  const fault = judged.find((verdict) => !isAdvice(verdict) && !isBesideTheShow(verdict))
  // What the sentence says is not said once more below it.
  if (fault !== undefined) {
    const others = shown.filter(({ value }) => !fault.sentence.includes(value))
    return step(stepVerdict(fault), fault.sentence, others, fault.tryFirst)
  }
  if (onAir.role !== 'primary') {
    const primary = actual.inputs.find((input) => input.role === 'primary')
    const isBack = primary?.state === 'receiving'
    const why = isBack ? 'the primary sends again' : (primary?.lastProblem ?? 'the primary is not sending')
    const tryFirst = isBack
      ? 'Wait: the source returns automatically once the primary has been clean for the hold time, unless it is locked.'
      : 'Restart the primary encoder; the source returns automatically once it is stable.'
    return step('watch', `The ${roleName(onAir.role)} is on air: ${why}.`, shown, tryFirst)
  }
  const left = noticesInForce(onAir.notices)
  if (left.length === 0) return step('ok', `The ${roleName(onAir.role)} input arrives complete.`, shown)
  return step('ok', `The ${roleName(onAir.role)} input is on air; part of what it sends is left out or changed.`, shown)
}

/** Nothing is on the air and yet an encoder is connected: it sends nothing, or nothing that can be used. */
function judgeUnusable(facts: TriageFacts, list: Evidence[]): TriageStep | null {
  const { actual, stats } = facts
  const input = actual?.inputs.find(({ state }) => state !== 'waiting')
  if (input === undefined || actual?.inputs.some(({ onAir }) => onAir)) return null
  const slate = actual?.source === 'slate' ? ' Viewers see the slate.' : ''
  const receivedBps = stats.inputs.find(({ inputId }) => inputId === input.inputId)?.receivedBps ?? 0
  const notice = noticesInForce(input.notices)[0]
  const who = `An encoder is connected to the ${roleName(input.role)} input`
  if (receivedBps === 0 && notice === undefined) {
    const tryFirst = 'Start the stream in the encoder. If it is running, check its dropped frames and its connection.'
    return step('trouble', `${who} but sends nothing.${slate}`, list, tryFirst)
  }
  const rate = receivedBps === 0 ? '' : ` and sends ${formatRate(receivedBps)}`
  const words = notice === undefined ? null : noticeWords(notice)
  const why = words?.sentence ?? 'No usable picture or sound has arrived yet.'
  const tryFirst = words?.tryFirst ?? 'Set the encoder to H.264 and AAC with a keyframe interval of 2 s.'
  return step('trouble', `${who}${rate}, but none of it can go on air. ${why}${slate}`, list, tryFirst)
}

const shownNotices = 4
/** What an input leaves out or changes, as evidence. */
const noticeEvidence = (notices: readonly InputNotice[]): Evidence[] =>
  notices.slice(0, shownNotices).map((notice) => {
    const { sentence, severity } = noticeWords(notice)
    return evidence('Noticed', sentence, severity === 'warning')
  })

function judgeSilence({ actual, events, outputs }: TriageFacts, list: Evidence[]): TriageStep {
  const problem = actual?.inputs.map((input) => input.lastProblem).find((text) => text !== null) ?? null
  const lost = events.find((event) => event.name === 'input.lost' || event.name === 'input.refused')
  if (lost === undefined && problem === null) return step('idle', 'No encoder is sending.', list)
  const isMissed = lost !== undefined || outputs.length > 0
  const caller = actual?.inputs.find((input) => input.role === 'primary' && input.pull !== undefined)
  if (caller !== undefined) {
    const sentence = `The source that the ${roleName(caller.role)} input pulls sends nothing: ${caller.lastProblem ?? 'connecting'}.`
    return step(
      isMissed ? 'trouble' : 'idle',
      sentence,
      list,
      'Check the source, and compare its address with the one the input pulls. Sluice tries again automatically.',
    )
  }
  const sentence = `No encoder is sending: ${lost?.message ?? problem ?? 'the last one disconnected'}.`
  return step(
    isMissed ? 'trouble' : 'idle',
    sentence,
    list,
    'Start the encoder; if it is running, compare its server address and stream key with the ones shown here.',
  )
}

/** A recommendation that the source does not follow is worth knowing, and no place to begin at. */
const adviceEvidence = (verdicts: readonly Verdict[]): Evidence[] =>
  verdicts.filter(isAdvice).map(({ sentence }) => evidence('Advice', sentence))

/** What is left out beside a whole programme, or was seen earlier, is evidence alone. */
const isBesideTheShow = ({ code, figures }: Verdict): boolean => code === 'notice' && besideTheShow.includes(String(figures['notice']))
const besideTheShow: readonly string[] = [
  'codec-not-carried',
  'form-not-carried',
  'track-not-carried',
  'not-playable',
] satisfies InputNotice['code'][]

const inputEvidence = (input: InputActual): Evidence =>
  evidence(
    roleName(input.role).replace(/^./, (first) => first.toUpperCase()),
    input.lastProblem === null || input.state === 'receiving' ? input.state : `${input.state}: ${input.lastProblem}`,
    input.role === 'primary' && input.state !== 'receiving',
  )

function figures(facts: TriageFacts): Evidence[] {
  const stats = onAirStats(facts)
  if (stats === null) return []
  const gop = stats.gopMs === null ? 'unknown' : `${(stats.gopMs / 1000).toFixed(1)} s`
  return [
    evidence('Bitrate', formatRate(stats.bitrateBps)),
    evidence('Frames', `${stats.fps.toFixed(1)}/s`),
    evidence('Key frames', `each ${gop}`),
  ]
}
