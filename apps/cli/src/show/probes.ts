import type { ChannelProbes } from '@sluice/contract/api'
import type { Style } from './style.ts'
import { formatTable } from './table.ts'
import { plain } from './text.ts'

type Format = ChannelProbes['formats'][number]
type Output = ChannelProbes['outputs'][number]

const seconds = (ms: number | null): string => (ms === null ? '-' : `${(ms / 1000).toFixed(1)} s`)
const clock = (iso: string): string => `${iso.slice(11, 19)} UTC`

/** The player page first, then each destination with a playback address, then what the prober says of itself. */
export function formatProbes({ formats, outputs, prober }: ChannelProbes, style: Style): string {
  const page = formatTable(
    [
      { head: 'player page' },
      { head: 'state' },
      { head: 'behind live', isNumber: true },
      { head: 'played', isNumber: true },
      { head: 'what happened' },
    ],
    formats.map((one) => [
      one.format,
      paintFormat(one, style),
      seconds(one.latencyMs),
      one.success.share === null ? '-' : `${(one.success.share * 100).toFixed(2)} %`,
      plain(happened(one)),
    ]),
  )
  const far =
    outputs.length === 0
      ? ''
      : `\n${formatTable(
          [{ head: 'destination' }, { head: 'state' }, { head: 'behind live', isNumber: true }, { head: 'what happened' }],
          outputs.map((one) => [plain(one.name), paintOutput(one, style), seconds(one.behindMs), plain(one.fault?.sentence ?? '')]),
        )}`
  return `${page}${far}${prober.problem === null ? '' : `\n${style.warn(plain(prober.problem))}\n`}`
}

function paintFormat({ state, fault }: Format, style: Style): string {
  if (state === 'ok') return style.good('plays')
  if (state === 'faulty') return style.bad(fault?.code ?? 'faulty')
  return state === 'unknown' ? style.warn('unknown') : style.dim('waiting')
}

function happened({ state, since, lookedAt, fault, lastFault }: Format): string {
  if (state === 'unknown') return `not probed since ${clock(lookedAt ?? since)}`
  if (fault !== null) return `since ${clock(fault.since)}: ${fault.sentence}`
  return lastFault === null ? '' : `last fault ${clock(lastFault.since)} to ${clock(lastFault.endedAt)}: ${lastFault.sentence}`
}

function paintOutput({ seen, fault, since }: Output, style: Style): string {
  if (seen === null) return style.dim('not live')
  return seen ? style.good('seen') : style.bad(`not seen since ${clock(since)}: ${fault?.code ?? ''}`)
}
