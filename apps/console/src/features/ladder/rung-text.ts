import type { ChannelPlan, PlanRung, RungTemplate } from '@sluice/contract/api'

const codecs: Readonly<Record<string, string>> = { h264: 'H.264', h265: 'H.265', av1: 'AV1', aac: 'AAC', opus: 'Opus' }
const codecName = (codec: string): string => codecs[codec] ?? codec

export const formatPercent = (percent: number): string => `${Math.round(percent)} %`

/** `1280x720, 30 frames/s, 3000 kbps H.264`. */
export function encodeText({ video, audio }: PlanRung['spec']): string {
  if (video === null) return audio === null ? 'nothing' : `source picture, ${codecName(audio.codec)} ${audio.bitrateKbps} kbps`
  const fps = Number((video.fps.num / video.fps.den).toFixed(2))
  return `${video.width}x${video.height}, ${fps} frames/s, ${video.bitrateKbps} kbps ${codecName(video.codec)}`
}

/** `720p30, 3000 kbps H.264`, as it is asked for. */
export function wishText({ video, audio }: Pick<RungTemplate, 'video' | 'audio'>): string {
  if (video === null) return audio === null ? 'nothing' : `source picture, ${codecName(audio.codec)} ${audio.bitrateKbps} kbps`
  return `${video.height}p${video.fps ?? ''}, ${video.bitrateKbps} kbps ${codecName(video.codec)}`
}

export function sourceText({ source }: ChannelPlan): string {
  if (source === null) return 'no encoder has sent yet'
  const { video } = source
  if (video === null) return 'sound alone'
  const rate = video.kbps === null ? '' : `, ${video.kbps} kbps`
  return `${video.width}x${video.height}${video.fps === null ? '' : `, ${Number(video.fps.toFixed(2))} frames/s`}${rate} ${codecName(video.codec)}`
}
