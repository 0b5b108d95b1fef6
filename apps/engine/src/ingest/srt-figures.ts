import type { SrtStats } from '@sluice/protocols/srt'

/** The numbers among a connection's statistics, under libsrt's names: what the link carries. */
export function srtFigures(stats: SrtStats): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const [name, value] of Object.entries(stats)) if (typeof value === 'number' && Number.isFinite(value)) figures[name] = value
  return figures
}
