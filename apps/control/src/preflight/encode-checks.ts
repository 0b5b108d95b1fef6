import type { ChannelPlan, PlanCode, PlanNoticeCode, PlanOutput, PlanRung, PreflightCheck } from '@sluice/contract/api'
import { isLoss } from '@sluice/judge/plan'
import { check } from './check.ts'

/** All encodes of the channel together against this machine. No check where nothing is encoded. */
export function encodeCheck({ fits, rungs, load, warnings }: ChannelPlan): PreflightCheck[] {
  if (fits && rungs.length === 0) return []
  const budget = Math.floor(load.budgetPercent)
  const expected = `at most ${budget} % of a core for encoding (70 % of ${load.cores} ${load.cores === 1 ? 'core' : 'cores'})`
  const asked = Math.ceil(load.channelPercent + load.othersPercent)
  const found = `${rungs.length} ${rungs.length === 1 ? 'encode' : 'encodes'}, ${asked} % of a core${load.othersPercent > 0 ? ' with other channels' : ''}`
  if (fits) return [check('encode', 'pass', { found, expected })]
  const fix = 'Use smaller rungs, let outputs share one, or pass the source through.'
  return [check('encode', 'fail', { found: warnings[0] ?? found, expected, fix })]
}

/** What to do first about an output that does not get the encode it is meant to have. */
const fixes: Readonly<Partial<Record<PlanCode, string>>> = {
  'no-room':
    'Make room: use smaller rungs, let outputs share one, or raise the priority of this output. The plan of the channel has the figures.',
  'no-encoder': 'Install the encoders on this machine, or set your encoder to what the destination accepts.',
  'rung-failed': 'Set the output to another rung or to the source, and check the CPU and memory of this machine.',
  'rung-gone': 'Choose another rung for this output.',
  'enhanced-no-room': 'Make room: use smaller rungs, or let outputs share one. The plan of the channel has the figures.',
}

const lossFixes: Readonly<Record<PlanNoticeCode, string>> = {
  'captions-lost': 'Set the output to an H.264 rung or to the source.',
  'silence-added': 'Turn the sound on in the encoder.',
  'audio-track-ignored': 'Set the track on the rung, or give the output another rung.',
  'delay-shortened': 'Lower the delay, or use a rung of a lower bitrate.',
  'tone-mapped': 'Send SDR if its colours have to be exactly yours.',
}

/** What one output gets instead of the source. `rung`: the encode that it is on; null: the source goes out in place of one. */
export function outputEncodeCheck({ reason, warning, warningCode, notices = [] }: PlanOutput, rung: PlanRung | null): PreflightCheck {
  const expected = 'an encode that the destination accepts'
  const fix = (warningCode === null ? undefined : fixes[warningCode]) ?? 'Look at the plan of the channel: it has the figures.'
  const actual = rung?.actual ?? null
  // Nothing goes out to it: the plan has nowhere else to move it, or has not moved it yet.
  if (actual?.state === 'failed' || actual?.state === 'off') {
    const why = actual.reason === null ? `"${rung?.name}" is not encoded` : actual.reason.message
    return check('encode', 'fail', { found: warning ?? why, expected, fix: warningCode === null ? fixes['rung-failed']! : fix })
  }
  if (warning !== null) return check('encode', 'warn', { found: warning, expected, fix })
  return check('encode', 'pass', {
    found: [reason, ...notices.filter(({ code }) => !isLoss(code)).map(({ message }) => message)].join(' '),
    expected,
  })
}

/** What viewers of an output miss, on a rung or on the source. */
export const lossChecks = ({ notices = [] }: PlanOutput): PreflightCheck[] =>
  notices
    .filter(({ code }) => isLoss(code))
    .map(({ code, message }) => check('encode', 'warn', { found: message, expected: lossExpected[code], fix: lossFixes[code] }))

const lossExpected: Readonly<Record<PlanNoticeCode, string>> = {
  'captions-lost': 'the captions of the source',
  'silence-added': 'a source with sound',
  'audio-track-ignored': 'the audio track that the output is set to',
  'delay-shortened': 'the delay that the output is set to',
  'tone-mapped': 'the colours of the source',
}
