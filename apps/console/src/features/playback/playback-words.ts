import type { PlaybackFigures, PlaybackMinute, PlaybackStats } from '@sluice/contract/api'

export type Tile = { readonly label: string; readonly value: string; readonly more: string }

export const formatMs = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** The figures as they stand side by side; what nobody has reported is a dash. */
export function tilesOf({ viewers, reporting, total }: Pick<PlaybackStats, 'viewers' | 'reporting' | 'total'>): Tile[] {
  const { starts, exitsBeforeStart, startupMs, stalls, stallsPerHour, rebufferRatio, latencyMs } = total
  const within = (spread: PlaybackFigures['startupMs']): string => (spread === null ? '' : `95 of 100 within ${formatMs(spread.p95)}`)
  return [
    { label: 'Viewers', value: viewers === null ? '–' : String(viewers), more: `${reporting} report what they see` },
    { label: 'Starts', value: String(starts), more: `${exitsBeforeStart} left before the first picture` },
    { label: 'Startup', value: startupMs === null ? '–' : formatMs(startupMs.p50), more: within(startupMs) },
    { label: 'Stalls', value: stallsPerHour === null ? '–' : `${stallsPerHour.toFixed(1)} / h`, more: many(stalls, 'stall') },
    { label: 'Stalled', value: rebufferRatio === null ? '–' : `${(rebufferRatio * 100).toFixed(2)} %`, more: 'of the time watched' },
    { label: 'Latency', value: latencyMs === null ? '–' : formatMs(latencyMs.p50), more: within(latencyMs) },
  ]
}

export type Bar = { readonly atMs: number; readonly viewers: number; readonly stalls: number; readonly share: number }

const minuteMs = 60_000

/** One bar for each of the last minutes, those without a viewer too. `share`: of the tallest. */
export function barsOf(minutes: readonly PlaybackMinute[], nowMs: number, count: number): Bar[] {
  const byMinute = new Map(minutes.map((minute) => [Date.parse(minute.at), minute]))
  const most = Math.max(1, ...minutes.map(({ viewers }) => viewers))
  const last = Math.floor(nowMs / minuteMs) * minuteMs
  return Array.from({ length: count }, (_, i) => {
    const atMs = last - (count - 1 - i) * minuteMs
    const { viewers = 0, stalls = 0 } = byMinute.get(atMs) ?? {}
    return { atMs, viewers, stalls, share: viewers / most }
  })
}

/** How many of 100 views lasted each minute; empty while nobody has started. */
export function retentionShares(retention: readonly number[]): number[] {
  const started = retention[0] ?? 0
  return started === 0 ? [] : retention.map((count) => Math.round((count / started) * 100))
}
