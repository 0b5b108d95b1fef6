import { codecName, protocolNames } from '@sluice/base/words'
import type { ChannelStats } from '@sluice/contract/api'
import { elapsedMs, formatBitrate, formatChannels, formatFps, formatSampleRate, formatSpan } from '../../ui/format/index.ts'
import type { Fact } from '../../ui/layout/index.ts'
import { encoderName } from '../../ui/state/index.ts'
import type { Input } from './input-look.ts'
import type { InputWarning } from './input-warnings.ts'

const unknown = '–'

/** The figures of an input as they change; undefined when there are none of the last seconds. */
export type InputFigures = {
  readonly stats: ChannelStats['inputs'][number] | undefined
  readonly bitrateBps: number | undefined
  readonly nowMs: number
}

/** All that is known of an input, each figure always in its place; an unknown one is a dash. */
export function inputFacts(input: Input, { stats, bitrateBps, nowMs }: InputFigures, warnings: readonly InputWarning[]): Fact[] {
  const { protocol = null, encoder = null, remoteAddress = null, video = null, audio = null, clean } = input.actual ?? {}
  const isTroubled = (...about: InputWarning['about'][]): boolean => warnings.some((warning) => about.includes(warning.about))
  const fact = (label: string, value: string | null | false | undefined, ...about: InputWarning['about'][]): Fact => ({
    label,
    value: value || unknown,
    isTroubled: isTroubled(...about),
  })
  return [
    fact('Bitrate', bitrateBps !== undefined && formatBitrate(bitrateBps), 'bitrate', 'gap'),
    fact('Keyframe interval', stats?.gopMs != null && `${(stats.gopMs / 1000).toFixed(1)} s`, 'gop'),
    fact('Frame rate', stats && fpsText(stats.fps, video?.declaredFps ?? null), 'fps', 'pace'),
    fact('Longest gap', stats && `${Math.round(stats.maxGapMs)} ms`, 'gap'),
    ...(stats?.srt == null ? [] : [fact('Not recovered', lostForGood(stats.srt))]),
    fact('Clean for', clean?.since != null && formatSpan(elapsedMs(clean.since, nowMs))),
    fact('Resolution', video && video.width > 0 && `${video.width} × ${video.height}`),
    fact('Video', video && `${codecName(video.codec)} ${video.profile}`, 'codec', 'video'),
    fact('Audio', audio && `${codecName(audio.codec)} ${formatSampleRate(audio.sampleRate)} ${formatChannels(audio.channels)}`, 'audio'),
    fact('Protocol', protocol && protocolNames[protocol]),
    fact(input.pull === null ? 'Encoder' : 'Server', encoder && encoderName(encoder)),
    fact('From', remoteAddress),
  ]
}

/** Of this session; what came again in time is not lost. */
function lostForGood(srt: Readonly<Record<string, number>>): string {
  const lost = srt['pktRcvDropTotal'] ?? 0
  const came = srt['pktRecvUniqueTotal'] ?? 0
  return lost === 0 ? 'none' : `${((lost / (lost + came)) * 100).toFixed(2)}%`
}

function fpsText(fps: number, declared: number | null): string {
  return declared === null ? `${formatFps(fps)} fps` : `${formatFps(fps)} of ${formatFps(declared)} fps`
}
