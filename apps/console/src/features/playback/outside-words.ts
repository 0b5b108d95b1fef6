import type { ChannelProbes } from '@sluice/contract/api'
import { formatMs } from './playback-words.ts'

type Format = ChannelProbes['formats'][number]
type Output = ChannelProbes['outputs'][number]

/** How a row of the panel looks and reads. `more`: what it means, and what to do first; null: nothing is to be said. */
export type OutsideRow = {
  readonly id: string
  readonly name: string
  readonly tone: 'ok' | 'bad' | 'quiet' | 'warn'
  readonly word: string
  readonly latency: string
  readonly success: string
  readonly more: string | null
}

const names: Readonly<Record<Format['format'], string>> = { 'll-hls': 'Low-latency HLS', hls: 'Plain HLS', dash: 'DASH' }
/** What may be meant so, or costs nobody the show. */
const mild: readonly string[] = ['picture-black', 'picture-frozen', 'sound-silent', 'undecodable', 'slow-answer', 'policy-differs']

/** One way in which viewers have the channel. What is not known is never green. */
export function formatRow(one: Format, timeOf: (iso: string) => string): OutsideRow {
  const { format, state, since, lookedAt, latencyMs, glassMs, fault, lastFault, success } = one
  const looks = {
    ok: { tone: 'ok', word: 'Plays' },
    faulty: { tone: mild.includes(fault?.code ?? '') ? 'warn' : 'bad', word: 'Faulty' },
    waiting: { tone: 'quiet', word: 'Waiting' },
    unknown: { tone: 'warn', word: 'Unknown' },
  } as const
  const last = lastFault === null ? null : `Last fault ${timeOf(lastFault.since)} to ${timeOf(lastFault.endedAt)}: ${lastFault.sentence}`
  const said =
    fault === null ? null : `Since ${timeOf(fault.since)}: ${fault.sentence}${fault.tryFirst === null ? '' : ` ${fault.tryFirst}`}`
  return {
    ...{ id: format, name: names[format], ...looks[state] },
    latency: latencyMs === null ? '–' : `${formatMs(latencyMs)}${glassMs === null ? '' : ` (${formatMs(glassMs)} from glass)`}`,
    success: success.share === null ? '–' : `${(success.share * 100).toFixed(2)} %`,
    more: state === 'unknown' ? `Not probed since ${timeOf(lookedAt ?? since)}.` : (said ?? last),
  }
}

/** What the destination of an output shows at the address that somebody set. */
export function outputRow({ outputId: id, name, seen, since, behindMs, fault }: Output, timeOf: (iso: string) => string): OutsideRow {
  const look =
    seen === null
      ? ({ tone: 'quiet', word: 'Not live' } as const)
      : seen
        ? ({ tone: 'ok', word: 'Seen' } as const)
        : ({ tone: 'bad', word: 'Not seen' } as const)
  const words = fault === null ? null : `Since ${timeOf(since)}: ${fault.sentence}${fault.tryFirst === null ? '' : ` ${fault.tryFirst}`}`
  return { ...{ id, name, ...look }, latency: behindMs === null ? '–' : formatMs(behindMs), success: '', more: words }
}

/** What the prober itself says; null: it works. */
export function proberNote({ prober: { state, problem } }: Pick<ChannelProbes, 'prober'>): string | null {
  if (problem !== null) return problem
  return state === 'starting' ? 'The prober is starting.' : null
}
