import type { BroadcastReport, BroadcastSummary } from '@sluice/contract/api'
import type { BroadcastEnd } from '@sluice/contract/link'
import type { Style } from './style.ts'
import { type Column, formatFacts, formatTable } from './table.ts'
import { plain } from './text.ts'
import { formatShare, formatSpan } from './units.ts'

type Shown = { readonly nowMs: number; readonly style: Style }

const endWords = {
  source: 'the source stopped and none came back',
  operator: 'an operator ended the show',
  engine: 'its engine was lost or Sluice was stopped',
  deleted: 'its channel was deleted',
} as const satisfies Record<BroadcastEnd, string>

/** A table of broadcasts, in the order given. `hasOlder`: there are more behind the last. */
export function formatBroadcasts(broadcasts: readonly BroadcastSummary[], shown: Shown & { readonly hasOlder: boolean }): string {
  if (broadcasts.length === 0) return 'No broadcasts: this channel has not been on air.\n'
  const columns: Column[] = [
    { head: 'started' },
    { head: 'lasted', isNumber: true },
    { head: 'ended by' },
    { head: 'success', isNumber: true },
    { head: 'target' },
    { head: 'id' },
  ]
  const rows = broadcasts.map((one) => [
    one.startedAt,
    formatSpan(lastedMs(one, shown.nowMs)),
    one.endedBy ?? shown.style.good('on air'),
    formatShare(one.share),
    paintAim(one.isAimMet, shown.style),
    shown.style.dim(one.id),
  ])
  return `${formatTable(columns, rows)}${shown.hasOlder ? shown.style.dim('There are older ones: raise --last.\n') : ''}`
}

/** One broadcast: when it ran, why it ended, and how much of its time each output was live. */
export function formatBroadcast(report: BroadcastReport, { nowMs, style }: Shown): string {
  const facts = formatFacts([
    ['Broadcast', report.id],
    ['Channel', report.channelId],
    ['Started', report.startedAt],
    ['Ended', report.endedAt === null ? style.good('on air') : report.endedAt],
    ['Because', report.endedBy === null ? null : endWords[report.endedBy]],
    ['Lasted', formatSpan(lastedMs(report, nowMs))],
    ['Success', successWords(report)],
    // Figures of the end itself need no second time beside it.
    ['Figures of', report.figuresAt === report.endedAt ? null : report.figuresAt],
  ])
  const heads = ['scheduled', 'live', 'success'].map((head) => ({ head, isNumber: true }))
  const rows = report.outputs.map(({ name, wantedMs, liveMs, share, isAimMet }) => [
    plain(name),
    formatSpan(wantedMs),
    formatSpan(liveMs),
    formatShare(share),
    paintAim(isAimMet, style),
  ])
  if (rows.length === 0) return `${facts}\nNo output took part.\n`
  return `${facts}\n${formatTable([{ head: 'output' }, ...heads, { head: 'target' }], rows)}`
}

const lastedMs = ({ startedAt, endedAt }: BroadcastSummary, nowMs: number): number =>
  (endedAt === null ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt)

const successWords = ({ share, aim, isAimMet }: BroadcastSummary): string =>
  isAimMet === null
    ? 'no output was scheduled'
    : `${formatShare(share)} of scheduled output time, target ${formatShare(aim)} ${isAimMet ? 'met' : 'missed'}`

/** Nothing was scheduled: there is no target to meet. */
function paintAim(isMet: boolean | null, style: Style): string {
  if (isMet === null) return '-'
  return isMet ? style.good('met') : style.warn('missed')
}
