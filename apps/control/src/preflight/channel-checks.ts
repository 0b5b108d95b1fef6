import { roleName } from '@sluice/base/words'
import type { PreflightCheck, Verdict, VerdictCode } from '@sluice/contract/api'
import { type ChannelActual, noticesInForce, noticeWords } from '@sluice/contract/link'
import { playbackLimits } from '@sluice/contract/playback'
import { isAdvice } from '@sluice/judge'
import { check } from './check.ts'
import type { SourceFacts } from './source-checks.ts'

/** RTMP chunk headers, TCP and IP on top of the media; SRT and MPEG-TS take about as much again, within the margin. */
const overhead = 1.05
/** A line that is full to the brim has nothing left for a repeat. */
const comfortable = 0.8

/** Whether anybody carries the channel, and tells of it. `since`: when its engine fell silent. */
export function engineCheck(isCarried: boolean, since: string | null): PreflightCheck {
  const expected = 'an engine that carries the channel and reports in'
  const fix = 'Check /readyz and the machine’s load.'
  if (!isCarried) return check('engine', 'fail', { found: 'no engine carries the channel', expected, fix })
  if (since !== null) return check('engine', 'fail', { found: `no report from the engine since ${since.slice(11, 19)} UTC`, expected, fix })
  return check('engine', 'pass', { found: 'an engine carries the channel', expected })
}

/** A show that goes nowhere is no sound one. */
export function outputsCheck(running: number): PreflightCheck {
  const expected = 'at least one output set to run'
  if (running > 0) return check('outputs', 'pass', { found: `${running} set to run`, expected })
  return check('outputs', 'warn', {
    found: 'no output is set to run',
    expected,
    fix: 'Add an output or start one, unless the player page is all you want.',
  })
}

/** Whether there is a source to judge by. `connected`: an input that an encoder is connected to, while nothing of it is on the air. */
export function sourceCheck(source: SourceFacts | null, connected: SourceFacts | null = null): PreflightCheck {
  const expected = 'an encoder that sends, so that codec, bitrate and key frames can be judged'
  if (source === null && connected !== null) return unusableCheck(connected, expected)
  if (source === null) {
    return check('source', 'warn', { found: 'no encoder is sending', expected, fix: 'Start the encoder and run preflight again.' })
  }
  const { input } = source
  return check('source', 'pass', {
    found: `the ${roleName(input.role)} input is on air, ${input.encoder ?? 'encoder unknown'}`,
    expected,
  })
}

function unusableCheck({ input, stats }: SourceFacts, expected: string): PreflightCheck {
  const receivedKbps = Math.round((stats?.receivedBps ?? 0) / 1000)
  const who = `an encoder is connected to the ${roleName(input.role)} input`
  const notice = noticesInForce(input.notices)[0]
  if (receivedKbps === 0 && notice === undefined) {
    return check('source', 'warn', {
      found: `${who} but sends nothing`,
      expected,
      fix: 'Start the stream in the encoder and run preflight again.',
    })
  }
  const words = notice === undefined ? null : noticeWords(notice)
  const found = `${who}${receivedKbps === 0 ? '' : ` and sends ${receivedKbps} kbps`}, but none of it can go on air${words === null ? '' : `: ${words.sentence}`}`
  return check('source', 'fail', {
    found,
    expected,
    fix: words?.tryFirst ?? 'Set the encoder to H.264 and AAC with a keyframe interval of 2 s.',
  })
}

/** What of the source is left out or will keep outputs waiting; no check where nothing is. */
export function leftOutCheck(source: SourceFacts | null): PreflightCheck[] {
  const notices = source === null ? [] : noticesInForce(source.input.notices)
  if (notices.length === 0) return []
  const words = notices.map(noticeWords)
  const warning = words.find(({ severity }) => severity === 'warning')
  const texts = { found: words.map(({ sentence }) => sentence).join(' '), expected: 'everything the encoder sends goes on air' }
  if (warning === undefined) return [check('leftOut', 'pass', texts)]
  return [check('leftOut', 'warn', warning.tryFirst === null ? texts : { ...texts, fix: warning.tryFirst })]
}

/** What other checks say more exactly: each output's own, and what is left out. */
const saidElsewhere: readonly VerdictCode[] = ['no-video', 'no-audio', 'notice', 'frame-rate', 'keyframe-distance', 'bitrate-over']
const forms = {
  media: { found: 'media arrives complete and on time', expected: 'media that arrives complete and on time' },
  profile: {
    found: 'the source has the recommended format',
    expected: 'H.264, 4.5 to 6 Mbps at 1080p30, regular keyframes, AAC at 96 to 128 kbps',
  },
  line: { found: 'no gaps, loss or long round trips', expected: 'a line without gaps, with loss below 1 % and a round trip below 180 ms' },
} as const

/** What the judge says of the source and its line now; no check where nothing was judged yet. */
export function verdictChecks(source: SourceFacts | null): PreflightCheck[] {
  const verdicts = source?.stats?.verdicts?.filter(({ code }) => !saidElsewhere.includes(code))
  if (verdicts === undefined) return []
  const ofSource = verdicts.filter(({ subject }) => subject === 'source')
  return [
    verdictCheck(
      'media',
      ofSource.filter((verdict) => !isAdvice(verdict)),
    ),
    verdictCheck('profile', ofSource.filter(isAdvice)),
    verdictCheck(
      'line',
      verdicts.filter(({ subject }) => subject === 'line'),
    ),
  ]
}

function verdictCheck(name: keyof typeof forms, verdicts: readonly Verdict[]): PreflightCheck {
  const [worst] = verdicts
  const { expected } = forms[name]
  if (worst === undefined) return check(name, 'pass', forms[name])
  const found = verdicts.map(({ sentence }) => sentence).join(' ')
  const fix = [...new Set(verdicts.map(({ tryFirst }) => tryFirst))].filter((text) => text !== null).join(' ')
  return check(name, worst.level === 'bad' ? 'fail' : 'warn', { found, expected, fix })
}

/** Whether everybody who opens the player page sees and hears all of it. */
export function playbackCheck(actual: ChannelActual | null): PreflightCheck[] {
  if (actual === null || actual.source === 'none') return []
  const expected = 'H.264 video and AAC audio, which every browser plays'
  const limits = playbackLimits(actual)
  if (limits.length === 0) return [check('playback', 'pass', { found: 'every browser plays the codecs of the source', expected })]
  const found = limits.map(({ text }) => text).join(' ')
  return [check('playback', 'warn', { found, expected, fix: [...new Set(limits.map(({ fix }) => fix))].join(' ') })]
}

/** All outputs together against the line they go out on. `uplinkKbps` null: nobody said what the line carries. */
export function uplinkCheck(source: SourceFacts | null, outputs: number, uplinkKbps: number | null): PreflightCheck {
  const each = source?.stats == null ? null : (source.stats.bitrateBps / 1000) * overhead
  if (uplinkKbps === null) {
    const needed = each === null ? '' : `; ${outputs} outputs need about ${formatMbps(each * outputs)}`
    const expected = 'an uplink that carries all outputs together'
    return check('uplink', 'skip', {
      found: `the uplink is not declared${needed}`,
      expected,
      fix: 'Declare the upload bandwidth of this machine under Settings, Uplink.',
    })
  }
  const expected = `at most ${comfortable * 100} % of ${formatMbps(uplinkKbps)}`
  if (each === null) return check('uplink', 'skip', { found: 'the source is not measured yet', expected })
  const needed = each * outputs
  const found = `${outputs} outputs need about ${formatMbps(needed)}`
  const fits = Math.floor((uplinkKbps * comfortable) / each)
  const fix = `Stop outputs until ${fits} are left, or lower the encoder's bitrate to ${Math.floor((uplinkKbps * comfortable) / overhead / outputs)} kbps.`
  if (needed > uplinkKbps) return check('uplink', 'fail', { found, expected, fix })
  return needed > uplinkKbps * comfortable
    ? check('uplink', 'warn', { found, expected, fix })
    : check('uplink', 'pass', { found, expected })
}

const formatMbps = (kbps: number): string => `${(kbps / 1000).toFixed(1)} Mbps`
