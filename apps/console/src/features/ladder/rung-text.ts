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
  const size =
    video.width === undefined
      ? `${video.height}p${video.fps ?? ''}`
      : `${video.width}x${video.height}${video.fps === undefined ? '' : ` at ${video.fps}`}`
  return `${size}, ${video.bitrateKbps} kbps ${codecName(video.codec)}`
}

export function sourceText({ source }: ChannelPlan): string {
  if (source === null) return 'no encoder has sent yet'
  const { video } = source
  if (video === null) return 'sound alone'
  const rate = video.kbps === null ? '' : `, ${video.kbps} kbps`
  return `${video.width}x${video.height}${video.fps === null ? '' : `, ${Number(video.fps.toFixed(2))} frames/s`}${rate} ${codecName(video.codec)}`
}

/** What is not as it should be with an encode, for people; null: nothing, or it has not begun. */
export function stateText(actual: PlanRung['actual']): { readonly text: string; readonly tone: 'warn' | 'bad' } | null {
  if (actual === null) return null
  const { state, reason } = actual
  const why = reason === null || reason.message === '' ? '' : `: ${reason.message}`
  switch (state) {
    case 'running':
      return why === '' ? null : { text: (reason?.message ?? '').replace(/^./, (first) => first.toUpperCase()), tone: 'warn' }
    case 'reduced':
      return { text: `Reduced${why}`, tone: 'warn' }
    case 'off':
      return { text: `Off${why}`, tone: 'bad' }
    case 'failed':
      return { text: `Failed${why}`, tone: 'bad' }
    case 'starting':
    case 'waiting':
      return null
  }
}

/** What the player's ladder would be now and take of the machine, while it is off. */
export function offerText({ player: { offer }, load, source }: Pick<ChannelPlan, 'player' | 'load' | 'source'>): {
  readonly sentence: string
  readonly canTake: boolean
} {
  if (offer === undefined)
    return {
      sentence: 'Automatic would add nothing now: no step is below the source, or none fits beside what is encoded.',
      canTake: false,
    }
  const steps = offer.rungs.map((name) => name.replace(/^Ladder /, '')).join(', ')
  const when = source === null ? 'For a 1080p source, automatic' : 'Automatic'
  const price = formatPercent(offer.cpuPercent)
  const free = Math.max(0, load.budgetPercent - load.channelPercent - load.othersPercent)
  const room = offer.lowersPresets
    ? 'The other encodes would run at a cheaper preset, with a softer picture.'
    : `${formatPercent(free)} is free for encoding.`
  return { sentence: `${when} would add ${steps} for ${price} of a core. ${room}`, canTake: true }
}

/** Warnings of the channel and its player: those of one output stand at that output. */
export function channelWarnings({ warnings, outputs }: Pick<ChannelPlan, 'warnings' | 'outputs'>): string[] {
  const own = outputs.flatMap(({ name, warning, notices = [] }) => {
    const said = [...(warning === null ? [] : [warning]), ...notices.map(({ message }) => message)]
    return said.map((sentence) => `${name}: ${sentence}`)
  })
  return warnings.filter((warning) => !own.includes(warning))
}

/** In place of takers. */
export const nobodyText = (actual: PlanRung['actual']): string =>
  actual?.state === 'failed' ? 'Its outputs get something else until it has run for a minute' : 'Nobody takes it'

/** Who takes an encode, or the source: an output and why, or the player. */
export type Taker = { readonly key: string; readonly name: string; readonly text: string; readonly isTroubled: boolean }

export function takersOf({ outputs, player }: ChannelPlan, rung: string): Taker[] {
  const own = outputs
    .filter((output) => output.rung === rung)
    .map(({ outputId, name, reason, warning, notices = [] }) => {
      const text = [warning ?? reason, ...notices.map(({ message }) => message)].join(' ')
      return { key: outputId, name, text, isTroubled: warning !== null || notices.some(({ code }) => code !== 'tone-mapped') }
    })
  const place = player.rungs.indexOf(rung)
  if (place === -1) return own
  const text = player.rungs.length === 1 ? 'gets the source alone' : placeText(place, player.rungs.length)
  return [...own, { key: 'player', name: 'Player', text, isTroubled: false }]
}

const placeText = (place: number, count: number): string =>
  place === 0 ? 'the best of its ladder' : place === count - 1 ? 'the last step, for the slowest lines' : `step ${place + 1} of ${count}`
