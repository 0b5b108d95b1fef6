import { codecName, protocolNames } from '@sluice/base/words'
import type { ChannelStats, Verdict } from '@sluice/contract/api'
import type { LineStats } from '@sluice/contract/link'
import { elapsedMs, formatBitrate, formatChannels, formatFps, formatSampleRate, formatSpan } from '../../ui/format/index.ts'
import type { Fact } from '../../ui/layout/index.ts'
import type { Input } from './input-look.ts'

const unknown = '–'

/** The figures of an input as they change; undefined when there are none of the last seconds. */
export type InputFigures = {
  readonly stats: ChannelStats['inputs'][number] | undefined
  readonly bitrateBps: number | undefined
  readonly nowMs: number
}

/** All that is known of an input, each figure always in its place; an unknown one is a dash. */
export function inputFacts(input: Input, { stats, bitrateBps, nowMs }: InputFigures, verdicts: readonly Verdict[]): Fact[] {
  const { protocol = null, encoder = null, remoteAddress = null, video = null, audio = null, clean } = input.actual ?? {}
  const isTroubled = (codes: readonly Verdict['code'][]): boolean => verdicts.some(({ code }) => codes.includes(code))
  const fact = (label: string, value: string | null | false | undefined, ...codes: Verdict['code'][]): Fact => ({
    label,
    value: value || unknown,
    isTroubled: isTroubled(codes),
  })
  return [
    fact('Bitrate', bitrateBps !== undefined && formatBitrate(bitrateBps), 'bitrate-drop', 'bitrate-over', 'bitrate-low', 'bitrate-high'),
    fact(
      'Keyframe interval',
      stats?.gopMs != null && `${(stats.gopMs / 1000).toFixed(1)} s`,
      'keyframe-distance',
      'keyframe-irregular',
      'keyframe-burst',
    ),
    fact('Frame rate', stats && fpsText(stats.fps, video?.declaredFps ?? null), 'frame-rate', 'pace'),
    fact('Longest gap', stats && `${Math.round(stats.maxGapMs)} ms`, 'gap'),
    ...(stats?.line == null ? [] : [fact('Not recovered', lostForGood(stats.line), 'drop')]),
    fact('Clean for', clean?.since != null && formatSpan(elapsedMs(clean.since, nowMs))),
    fact('Resolution', video && video.width > 0 && `${video.width} × ${video.height}`),
    fact('Video', video && `${codecName(video.codec)} ${video.profile}`, 'video-codec', 'no-video'),
    fact(
      'Audio',
      audio && `${codecName(audio.codec)} ${formatSampleRate(audio.sampleRate)} ${formatChannels(audio.channels)}`,
      'no-audio',
      'audio-codec',
      'audio-mapping',
      'audio-low',
      'audio-high',
    ),
    fact('Protocol', protocol && protocolNames[protocol]),
    fact(input.pull === null ? 'Encoder' : 'Server', encoder),
    fact('From', remoteAddress),
  ]
}

/** Of this session; what came again in time is not lost. */
function lostForGood({ droppedTotal, packetsTotal }: LineStats): string {
  return droppedTotal === 0 ? 'none' : `${((droppedTotal / (droppedTotal + packetsTotal)) * 100).toFixed(2)}%`
}

function fpsText(fps: number, declared: number | null): string {
  return declared === null ? `${formatFps(fps)} fps` : `${formatFps(fps)} of ${formatFps(declared)} fps`
}
