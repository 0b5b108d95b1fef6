import { roleName } from '@sluice/base/words'
import type { TriageStep } from '@sluice/contract/api'
import { type InputActual, type InputNotice, noticeOfMissing, noticesInForce, noticeWords } from '@sluice/contract/link'
import { type Evidence, evidence, formatRate, onAirStats, stepOf, type TriageFacts } from './facts.ts'

const step = stepOf('input')
const fpsShortfall = 0.9
const longGopMs = 4500
/** Picture and sound, by the triggers of the channel that are on. */
const contentFaults = {
  black: { sentence: 'The picture of the source is black.', tryFirst: 'Look at the scene in the encoder, and at the cable of its camera.' },
  frozen: { sentence: 'The picture of the source stands still.', tryFirst: 'Look at the camera and the encoder: one of them is stuck.' },
  'audio-silent': {
    sentence: 'There is nothing to hear in the source.',
    tryFirst: 'Look at the mixer and the encoder’s audio source: muted, or the wrong one.',
  },
} as const

/** Stage 1: does a whole, sound source come in? */
export function judgeInput(facts: TriageFacts): TriageStep {
  const { actual } = facts
  if (actual === null) {
    const tryFirst = 'Look at the engine: /readyz and the log say why none is up.'
    return step('trouble', 'No engine carries this channel.', [evidence('Engine', 'none', true)], tryFirst)
  }
  const onAir = actual.inputs.find((input) => input.onAir)
  const list = actual.inputs.map(inputEvidence)
  const unusable = judgeUnusable(facts, list)
  if (unusable !== null) return unusable
  if (actual.source === 'slate') {
    const tryFirst = 'Start the encoder again; the slate keeps the outputs up until then.'
    return step('trouble', 'All inputs are gone: viewers see the slate.', list, tryFirst)
  }
  if (onAir === undefined) return judgeSilence(facts, list)
  const shown = [...list, ...figures(facts), ...noticeEvidence(noticesInForce(onAir.notices))]
  const fault = faultOf(facts, onAir)
  // What the sentence says is not said once more below it.
  if (fault !== null) {
    const others = shown.filter(({ value }) => !fault.sentence.includes(value))
    return step('watch', fault.sentence, others, fault.tryFirst)
  }
  if (onAir.role !== 'primary') {
    const primary = actual.inputs.find((input) => input.role === 'primary')
    const isBack = primary?.state === 'receiving'
    const why = isBack ? 'the primary sends again' : (primary?.lastProblem ?? 'the primary is not sending')
    const tryFirst = isBack
      ? 'Wait: the source returns by itself once the primary was clean for the hold, unless it is locked.'
      : 'Bring the primary encoder back; the source returns by itself once it is steady.'
    return step('watch', `The ${roleName(onAir.role)} is on the air: ${why}.`, shown, tryFirst)
  }
  const left = noticesInForce(onAir.notices)
  if (left.length === 0) return step('ok', `The ${roleName(onAir.role)} input arrives complete.`, shown)
  return step('ok', `The ${roleName(onAir.role)} input is on the air; part of what it sends is left out or changed.`, shown)
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
    return step('trouble', `${who} and sends nothing.${slate}`, list, tryFirst)
  }
  const rate = receivedBps === 0 ? '' : ` and sends ${formatRate(receivedBps)}`
  const words = notice === undefined ? null : noticeWords(notice)
  const why = words?.sentence ?? 'No usable picture or sound has arrived yet.'
  const tryFirst = words?.tryFirst ?? 'Set the encoder to H.264 and AAC with a keyframe interval of 2 s.'
  return step('trouble', `${who}${rate}, but none of it can go on the air. ${why}${slate}`, list, tryFirst)
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
    const sentence = `The source that the ${roleName(caller.role)} input calls gives nothing: ${caller.lastProblem ?? 'it is being called'}.`
    return step(
      isMissed ? 'trouble' : 'idle',
      sentence,
      list,
      'Look at the source, and compare its address with the one that the input calls. Sluice calls again by itself.',
    )
  }
  const sentence = `No encoder is sending: ${lost?.message ?? problem ?? 'the last one went'}.`
  return step(
    isMissed ? 'trouble' : 'idle',
    sentence,
    list,
    'Start the encoder; if it does run, compare its server address and stream key with the ones shown here.',
  )
}

function faultOf(facts: TriageFacts, onAir: InputActual): { sentence: string; tryFirst: string } | null {
  const stats = onAirStats(facts)
  const declared = onAir.video?.declaredFps ?? null
  if (stats === null) return null
  if (stats.content?.fault != null) return contentFaults[stats.content.fault]
  if (declared !== null && stats.fps < declared * fpsShortfall) {
    return {
      sentence: `The encoder gives ${stats.fps.toFixed(1)} frames/s instead of ${declared}.`,
      tryFirst: 'Look at the encoder: its processor is full, or its own line drops frames.',
    }
  }
  if (stats.gopMs !== null && stats.gopMs > longGopMs) {
    return {
      sentence: `Key frames come only each ${(stats.gopMs / 1000).toFixed(1)} s.`,
      tryFirst: 'Set the encoder’s key frame interval to 2 s, and scene-cut key frames off.',
    }
  }
  return missingOf(onAir) ?? warningOf(onAir)
}

type Fault = { sentence: string; tryFirst: string }

/** No sound or no picture: because none is sent, or because what is sent can't be used. */
function missingOf({ video, audio, notices }: InputActual): Fault | null {
  const kind = video === null ? 'video' : audio === null ? 'audio' : null
  if (kind === null) return null
  const notice = noticeOfMissing(notices, kind)
  const missing = kind === 'video' ? 'picture' : 'sound'
  if (notice !== null) {
    const { sentence, tryFirst } = noticeWords(notice)
    return { sentence: `No ${missing} reaches the show. ${sentence}`, tryFirst: tryFirst ?? `Look at the ${kind} settings of the encoder.` }
  }
  if (kind === 'video') return { sentence: 'The source has sound and no picture.', tryFirst: 'Check that the encoder sends video.' }
  return { sentence: 'The source has no audio.', tryFirst: 'Add an audio track in the encoder, silent if need be.' }
}

/** The first warning that was seen of late; what is left out beside a whole programme is evidence alone. */
function warningOf({ notices }: InputActual): Fault | null {
  for (const notice of noticesInForce(notices)) {
    const { sentence, tryFirst } = noticeWords(notice)
    if (notice.isCurrent && tryFirst !== null && !besideTheShow.includes(notice.code)) return { sentence, tryFirst }
  }
  return null
}
const besideTheShow: readonly InputNotice['code'][] = ['codec-not-carried', 'form-not-carried', 'track-not-carried', 'not-playable']

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
