import { roleName } from '@sluice/base/words'
import type { Channel, ChannelStats, Input } from '@sluice/contract/api'
import { noticesInForce, noticeWords } from '@sluice/contract/link'
import { standingLines } from './standing.ts'
import type { Style } from './style.ts'
import { formatFacts, formatTable } from './table.ts'
import { plain } from './text.ts'
import { formatBitrate, formatShare, formatSince, formatSpan } from './units.ts'
import { verdictLines } from './verdicts.ts'

/** A table of channels. */
export function formatChannels(channels: readonly Channel[], nowMs: number, style: Style): string {
  if (channels.length === 0) return 'No channels. Create one: sluice channel create NAME\n'
  const heads = ['name', 'state', 'source', 'for', 'outputs', 'id']
  const rows = channels.map((channel) => [
    plain(channel.name),
    paintChannelState(channel, style),
    roleName(channel.source),
    channel.state === 'live' ? formatSince(channel.since, nowMs) : '-',
    formatOutputCounts(channel, style),
    style.dim(channel.id),
  ])
  return formatTable(
    heads.map((head) => ({ head })),
    rows,
  )
}

/** One channel: its state, its inputs with what they carry, and where it plays. Keys are left to `sluice key show`. */
export function formatChannel(channel: Channel, stats: ChannelStats, nowMs: number, style: Style): string {
  const facts = formatFacts([
    ['Channel', style.strong(plain(channel.name))],
    ['Id', channel.id],
    ['State', `${paintChannelState(channel, style)}${channel.state === 'live' ? ` for ${formatSince(channel.since, nowMs)}` : ''}`],
    ['Source', formatSource(channel, nowMs)],
    ['Outputs', formatOutputCounts(channel, style)],
    ['Success', formatSuccess(stats)],
    ['Rollback', channel.autoRollback.isArmed ? `automatic, to ${channel.autoRollback.keep} outputs` : 'manual'],
    ['Page', channel.playback.page],
    ['HLS', channel.playback.hls],
    ['DASH', channel.playback.dash],
    ['RTMP play', channel.playback.rtmp],
    ...channel.playback.notices.map((notice): [string, string] => ['Playback', style.warn(notice)]),
    ['Engine', formatEngine(channel, nowMs, style)],
  ])
  const standing = standingLines(channel, style).map((line) => `${line}\n`)
  return `${facts}${standing.join('')}\n${formatInputs(channel.inputs, stats, nowMs, style)}`
}

function formatSuccess({ broadcast }: ChannelStats): string {
  if (broadcast === undefined || broadcast.share === null) return '-'
  return `${formatShare(broadcast.share)} of scheduled output time${broadcast.endedAt === null ? '' : ' in the last broadcast'}`
}

/** The table of inputs, whom they call, and what went wrong last. */
export function formatInputs(inputs: readonly Input[], stats: ChannelStats, nowMs: number, style: Style): string {
  const heads = ['input', 'state', 'for', 'protocol', 'video', 'audio', 'bitrate', 'as primary', 'encoder', 'from']
  const rows = inputs.map((input) => {
    const { actual } = input
    const figures = stats.inputs.find(({ inputId }) => inputId === input.id)
    return [
      roleName(input.role),
      input.enabled ? `${actual?.state ?? 'waiting'}${input.maintenance ? ', maintenance' : ''}` : 'disabled',
      formatSince(actual?.since ?? null, nowMs),
      actual?.protocol ?? '-',
      formatVideo(input),
      actual?.audio ? `${actual.audio.codec} ${actual.audio.sampleRate / 1000} kHz ${actual.audio.channels} ch` : '-',
      formatBitrate(figures?.bitrateBps || (figures?.receivedBps ?? 0)),
      formatConformity(input, nowMs),
      plain(actual?.encoder ?? '-'),
      plain(actual?.remoteAddress ?? '-'),
    ]
  })
  const calls = inputs.flatMap((input) =>
    input.pull === null ? [] : [`${roleName(input.role)} pulls ${plain(input.pull.url)}${formatCall(input, nowMs)}\n`],
  )
  const problems = inputs.flatMap((input) =>
    input.actual?.lastProblem ? [`${roleName(input.role)}: ${plain(input.actual.lastProblem)}\n`] : [],
  )
  const verdicts = inputs.flatMap(({ id, role }) => {
    const judged = stats.inputs.find(({ inputId }) => inputId === id)?.verdicts?.filter(({ code }) => !isToldAsNotice(code))
    return verdictLines(roleName(role), judged, style).map((line) => `${line}\n`)
  })
  return (
    formatTable(
      heads.map((head) => ({ head })),
      rows,
    ) + [calls, problems, verdicts, inputs.flatMap(noticeLines)].map((lines) => (lines.length === 0 ? '' : `\n${lines.join('')}`)).join('')
  )
}

/** Notices have lines of their own, those among them that are no verdict. */
const isToldAsNotice = (code: string): boolean => code === 'notice'

/** What an input leaves out or changes, a line each, with what to do first. */
function noticeLines(input: Input): string[] {
  return noticesInForce(input.actual?.notices).map((notice) => {
    const { sentence, tryFirst } = noticeWords(notice)
    return `${roleName(input.role)}: ${plain(sentence)}${tryFirst === null ? '' : ` ${plain(tryFirst)}`}\n`
  })
}

function formatSource({ source, lock, returnsAt, returnsTo }: Channel, nowMs: number): string {
  if (lock !== 'auto') return `${roleName(source)}, locked to ${roleName(lock)}`
  const back =
    returnsAt === null || returnsTo === null ? '' : `, ${roleName(returnsTo)} returns in ${formatSpan(Date.parse(returnsAt) - nowMs)}`
  return `${roleName(source)}${back}`
}

/** Whether a backup sends what the primary sends, and for how long that has been known; `-` for the primary, and while nobody knows. */
function formatConformity({ actual }: Input, nowMs: number): string {
  const conformity = actual?.conformity
  if (conformity === undefined || conformity.state === 'unknown') return '-'
  const { differences, since, lastComparedAt } = conformity
  const age = lastComparedAt === null ? `for ${formatSince(since, nowMs)}` : `seen ${formatSince(lastComparedAt, nowMs)} ago`
  return `${differences.length === 0 ? 'yes' : `no (${differences.map(({ field }) => field).join(' ')})`}, ${age}`
}

/** How the calls of an input to its source get on. */
function formatCall({ actual }: Input, nowMs: number): string {
  const pull = actual?.pull
  if (pull === undefined) return ''
  if (pull.nextTryAt === null) return pull.state === 'connected' ? ', connected' : `, attempt ${pull.attempts}`
  return `, ${pull.attempts} attempts, next in ${Math.max(0, Math.ceil((Date.parse(pull.nextTryAt) - nowMs) / 1000))} s`
}

function formatVideo(input: Input): string {
  const video = input.actual?.video
  if (!video) return '-'
  const fps = video.declaredFps === null ? '' : ` ${Number(video.declaredFps.toFixed(2))} fps`
  return plain(`${video.codec} ${video.width}x${video.height}${fps}`)
}

function paintChannelState(channel: Channel, style: Style): string {
  if (channel.engine?.state === 'silent') return style.bad(`unknown, was ${channel.state}`)
  return channel.state === 'live' ? style.good('live') : style.dim('idle')
}

function formatEngine({ engine }: Channel, nowMs: number, style: Style): string {
  if (engine === null) return 'none at the moment'
  if (engine.state === 'up') return engine.id
  const advice = 'states and figures are out of date. Check the load of the machine. Sluice restarts an engine that hangs'
  return style.bad(`${engine.id}, silent for ${formatSince(engine.silentSince, nowMs)}: ${advice}`)
}

function formatOutputCounts({ outputs }: Channel, style: Style): string {
  const troubled = outputs.troubled === 0 ? '' : `, ${style.bad(`${outputs.troubled} in trouble`)}`
  return `${outputs.live} of ${outputs.total} live${troubled}`
}
