import type { PreflightCheck } from '@sluice/contract/api'
import { type ChannelActual, roleName } from '@sluice/contract/link'
import { playbackLimits } from '@sluice/contract/playback'
import { check } from './check.ts'
import type { SourceFacts } from './source-checks.ts'

/** RTMP chunk headers, TCP and IP on top of the media; SRT and MPEG-TS take about as much again, within the margin. */
const overhead = 1.05
/** A line that is full to the brim has nothing left for a repeat. */
const comfortable = 0.8

/** Whether there is a source to judge by. */
export function sourceCheck(source: SourceFacts | null): PreflightCheck {
  const expected = 'an encoder that sends, so that codec, bitrate and key frames can be judged'
  if (source === null) {
    return check('source', 'warn', { found: 'no encoder is sending', expected, fix: 'Start the encoder and run preflight again.' })
  }
  const { input } = source
  return check('source', 'pass', {
    found: `the ${roleName(input.role)} input is on the air, ${input.encoder ?? 'encoder unknown'}`,
    expected,
  })
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
      fix: 'Declare the uplink in the workspace settings.',
    })
  }
  const expected = `at most ${comfortable * 100} % of ${formatMbps(uplinkKbps)}`
  if (each === null) return check('uplink', 'skip', { found: 'the source is not measured yet', expected })
  const needed = each * outputs
  const found = `${outputs} outputs need about ${formatMbps(needed)}`
  const fits = Math.floor((uplinkKbps * comfortable) / each)
  const fix = `Stop outputs until ${fits} are left, or lower the encoder's bitrate to ${Math.floor((uplinkKbps * comfortable) / overhead / outputs)} kbit/s.`
  if (needed > uplinkKbps) return check('uplink', 'fail', { found, expected, fix })
  return needed > uplinkKbps * comfortable
    ? check('uplink', 'warn', { found, expected, fix })
    : check('uplink', 'pass', { found, expected })
}

const formatMbps = (kbps: number): string => `${(kbps / 1000).toFixed(1)} Mbit/s`
