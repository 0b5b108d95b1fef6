import type { LatencyEntry, LatencyLedger, LatencyStage } from '@sluice/contract/api'

/** Where a stage lies: before Sluice, in it, or beyond it. Destinations and players stand beside each other, not one after the other. */
export type LatencyPlace = 'in' | 'own' | 'out'

export const stageWords: Readonly<Record<LatencyStage, { title: string; place: LatencyPlace }>> = {
  capture: { title: 'Camera and encoder', place: 'in' },
  contribution: { title: 'Contribution', place: 'in' },
  'contribution-tcp': { title: 'Encoder to server (RTMP)', place: 'in' },
  processing: { title: 'Processing', place: 'own' },
  queue: { title: 'Output queue', place: 'own' },
  acceptance: { title: 'Destinations', place: 'out' },
  player: { title: 'Player page', place: 'out' },
}

/** `640 ms`, `2.1 s`. */
export const formatMs = (ms: number): string =>
  ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`

/** What a stage takes, in words: a figure, what is usual, or a dash. */
export function takesOf({ ms, expected }: LatencyEntry): string {
  if (ms !== null) return formatMs(ms)
  return expected === null ? '–' : `about ${formatMs(expected.fromMs)} to ${formatMs(expected.toMs)}`
}

export type BarPart = {
  readonly entry: LatencyEntry
  readonly grow: number
  readonly look: 'measured' | 'computed' | 'expected' | 'unknown'
}

/**
 * The bar of all stages. A part grows with the root of its time: beside seconds, milliseconds are still seen. What has no figure has
 * the size of what is usual, and looks like it.
 */
export const barParts = ({ stages }: LatencyLedger): BarPart[] =>
  stages.map((entry) => {
    const shownMs = entry.ms ?? (entry.expected === null ? 0 : (entry.expected.fromMs + entry.expected.toMs) / 2)
    const look = lookOf(entry)
    return { entry, grow: Math.round(Math.sqrt(shownMs) * 10) / 10, look }
  })

/** What was declared is no measure either, and looks computed. */
function lookOf({ ms, basis, expected }: LatencyEntry): BarPart['look'] {
  if (ms === null) return expected === null ? 'unknown' : 'expected'
  return basis === 'declared' ? 'computed' : basis
}

/** Share of the budget that is used, 0..1 and on to 1.5 where it ends; null without a figure. */
export const budgetShare = ({ ms, budget }: LatencyEntry): number | null => (ms === null ? null : Math.min(1.5, ms / budget.toMs))
