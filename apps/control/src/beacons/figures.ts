import { isoTime } from '@sluice/base/clock'
import type { PlaybackErrorKind, PlaybackFigures, PlaybackMinute, PlaybackStats, PlaybackStep } from '@sluice/contract/api'
import { addSpread, percentile, type Spread } from './spread.ts'

/** What the viewers of one format saw in one minute. */
export type Cell = {
  readonly atMs: number
  /** Start of the broadcast; null while none ran. */
  readonly broadcastAtMs: number | null
  readonly rung: string
  readonly step: PlaybackStep
  /** Views that were heard of here first in this minute. */
  viewers: number
  starts: number
  exits: number
  playedMs: number
  stalls: number
  stalledMs: number
  startup: Spread
  latency: Spread
  errors: Partial<Record<PlaybackErrorKind, number>>
  /** Views that reached a minute of watching, by its number; 0 is the first picture. */
  reached: Record<number, number>
}

export const emptyCell = (key: Pick<Cell, 'atMs' | 'broadcastAtMs' | 'rung' | 'step'>): Cell => ({
  ...key,
  ...{ viewers: 0, starts: 0, exits: 0, playedMs: 0, stalls: 0, stalledMs: 0 },
  ...{ startup: {}, latency: {}, errors: {}, reached: {} },
})

/** The figures of some cells together. */
export function figuresOf(cells: readonly Cell[]): PlaybackFigures {
  const sum = (field: 'starts' | 'exits' | 'playedMs' | 'stalls' | 'stalledMs'): number =>
    cells.reduce((total, cell) => total + cell[field], 0)
  const [playedMs, stalls, stalledMs] = [sum('playedMs'), sum('stalls'), sum('stalledMs')]
  const errors: Record<PlaybackErrorKind, number> = { network: 0, media: 0, codec: 0, other: 0 }
  for (const cell of cells) for (const [kind, count] of Object.entries(cell.errors)) errors[kind as PlaybackErrorKind] += count
  return {
    starts: sum('starts'),
    exitsBeforeStart: sum('exits'),
    startupMs: spreadOf(cells, 'startup'),
    ...{ playedMs, stalls, stalledMs },
    stallsPerHour: playedMs > 0 ? rounded((stalls * 3_600_000) / playedMs) : null,
    rebufferRatio: playedMs + stalledMs > 0 ? rounded(stalledMs / (playedMs + stalledMs)) : null,
    latencyMs: spreadOf(cells, 'latency'),
    errors,
  }
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000

function spreadOf(cells: readonly Cell[], field: 'startup' | 'latency'): PlaybackFigures['latencyMs'] {
  const all: Spread = {}
  for (const cell of cells) addSpread(all, cell[field])
  const [p50, p95] = [percentile(all, 0.5), percentile(all, 0.95)]
  return p50 === null || p95 === null ? null : { p50, p95 }
}

type Report = Pick<PlaybackStats, 'total' | 'formats' | 'minutes' | 'retention'>

/** Cells as the API shows them: all together, by format, minute by minute, and how long views lasted. */
export function reportOf(cells: readonly Cell[]): Report {
  const byFormat = Map.groupBy(cells, ({ rung, step }) => `${step} ${rung}`)
  const byMinute = Map.groupBy(cells, ({ atMs }) => atMs)
  return {
    total: figuresOf(cells),
    formats: [...byFormat.values()]
      .map((own) => ({ rung: own[0]!.rung, step: own[0]!.step, viewers: Math.max(...minutesOf(own)), ...figuresOf(own) }))
      .sort((a, b) => b.playedMs - a.playedMs),
    minutes: [...byMinute]
      .sort(([a], [b]) => a - b)
      .map(([atMs, own]): PlaybackMinute => ({ at: isoTime(atMs), viewers: viewersOf(own), ...figuresOf(own) })),
    retention: retentionOf(cells),
  }
}

const viewersOf = (cells: readonly Cell[]): number => cells.reduce((sum, { viewers }) => sum + viewers, 0)
const minutesOf = (cells: readonly Cell[]): number[] => [...Map.groupBy(cells, ({ atMs }) => atMs).values()].map(viewersOf)

function retentionOf(cells: readonly Cell[]): number[] {
  const reached: number[] = []
  for (const cell of cells)
    for (const [minute, count] of Object.entries(cell.reached)) reached[Number(minute)] = (reached[Number(minute)] ?? 0) + count
  // A view that jumped over a minute, as over a lost beacon, reached it too: the book notes each. Holes are minutes that nobody reached.
  return Array.from(reached, (count) => count ?? 0)
}
