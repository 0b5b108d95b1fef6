import type { OutputState } from '@sluice/base/words'
import type { ChannelStats, Output } from '@sluice/contract/api'
import { needWords } from '@sluice/contract/link'
import { standingLines } from './standing.ts'
import type { Style } from './style.ts'
import { type Column, formatTable } from './table.ts'
import { plain } from './text.ts'
import { formatBitrate, formatBytes, formatShare, formatSince } from './units.ts'
import { verdictLines } from './verdicts.ts'

type OutputStats = ChannelStats['outputs'][number]

/** What the list of outputs needs besides the outputs: the figures by output id, channel names by id when several are shown. */
export type OutputListContext = {
  readonly nowMs: number
  readonly style: Style
  readonly stats: ReadonlyMap<string, OutputStats>
  readonly channelNames: ReadonlyMap<string, string> | null
}

/** A table of outputs, and under it one line of reason and advice for each that is in trouble. */
export function formatOutputs(outputs: readonly Output[], context: OutputListContext): string {
  if (outputs.length === 0) return 'No outputs. Add one: sluice output add CHANNEL NAME --url rtmp://...\n'
  const { channelNames } = context
  const columns: Column[] = [
    ...(channelNames === null ? [] : [{ head: 'channel' }]),
    ...['name', 'class', 'state'].map((head) => ({ head })),
    ...['for', 'bitrate', 'sent', 'success', 'dropped', 'reconnects'].map((head) => ({ head, isNumber: true })),
    { head: 'address' },
  ]
  const rows = outputs.map((output) => [
    ...(channelNames === null ? [] : [plain(channelNames.get(output.channelId) ?? output.channelId)]),
    ...outputCells(output, context),
  ])
  return formatTable(columns, rows) + troubles(outputs, context)
}

function outputCells(output: Output, { nowMs, style, stats }: OutputListContext): string[] {
  const figures = stats.get(output.id)
  return [
    plain(output.name),
    output.class,
    paintOutput(output, style),
    formatSince(output.actual?.since ?? null, nowMs),
    formatBitrate(figures?.bitrateBps ?? 0),
    formatBytes(figures?.bytesTotal ?? 0),
    formatShare(figures?.publish?.share ?? null),
    String(figures?.framesDroppedTotal ?? 0),
    String(figures?.reconnectsTotal ?? 0),
    plain(output.url) + (output.actual?.sentTo === undefined ? '' : ` (redirected to ${plain(output.actual.sentTo)})`),
  ]
}

/** What the engine reports; while none carries the channel, what was asked for. */
export const outputState = (output: Output): OutputState => output.actual?.state ?? (output.desired === 'stopped' ? 'stopped' : 'idle')

/** An output that is not heard of any more is in no state that is known. */
const paintOutput = (output: Output, style: Style): string =>
  output.staleSince !== null && output.desired === 'running'
    ? style.bad(`unknown, was ${outputState(output)}`)
    : paintState(outputState(output), output.isTroubled, style)

/** Green for what goes well, yellow for trouble that passes by itself, red for what waits for a person. The word itself says it too. */
function paintState(state: OutputState, isTroubled: boolean, style: Style): string {
  if (isTroubled) return state === 'failed' || state === 'disabled' ? style.bad(state) : style.warn(state)
  return state === 'live' ? style.good(state) : style.dim(state)
}

/** Told by state, reason and what the output lacks. */
const toldByState: readonly string[] = ['output-down', 'output-unknown', 'connect-slow']

function troubles(outputs: readonly Output[], { style, stats }: OutputListContext): string {
  const lines = outputs.flatMap((output) => {
    const reason = output.actual?.reason
    const standing = standingLines(output, style).map((line) => `${style.strong(plain(output.name))}: ${line}`)
    const verdicts = stats.get(output.id)?.verdicts?.filter(({ code }) => !toldByState.includes(code))
    const lacks = [...lackLines(output, style), ...verdictLines(output.name, verdicts, style)]
    if (reason === null || reason === undefined) return [...lacks, ...standing]
    return [`${style.strong(plain(output.name))}: ${plain(reason.message)}`, `  ${style.dim(plain(reason.hint))}`, ...standing]
  })
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`
}

/** What an output that is connected waits for, and what it leaves out. */
function lackLines({ name, actual }: Output, style: Style): string[] {
  if (actual === null) return []
  const need = actual.waitingFor == null || actual.state === 'idle' ? null : needWords[actual.waitingFor]
  const left = (actual.leavesOut ?? []).map((what) => `${style.strong(plain(name))} leaves out ${plain(what)}`)
  const notices = (actual.notices ?? []).map(({ message }) => `${style.strong(plain(name))}: ${plain(message)}`)
  const from = actual.waitingFor === 'delay' || actual.waitingFor === 'encoder' ? '' : ' from the source'
  return need === null
    ? [...left, ...notices]
    : [`${style.strong(plain(name))} is waiting for ${need.what}${from}`, `  ${style.dim(need.tryFirst)}`, ...left, ...notices]
}
