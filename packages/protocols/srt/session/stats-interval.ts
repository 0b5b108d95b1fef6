import type { SrtStats } from './stats.ts'

/** The counts of an interval, under libsrt's names for them: those of `SrtStats` without `Total`. */
export type SrtStatsInterval = { [Key in keyof SrtStats as Key extends `${infer Base}Total` ? Base : never]: number }

/** What happened between two snapshots of one connection. Each reader keeps its own last snapshot, so that none resets another's counts. */
export function intervalBetween(before: SrtStats, after: SrtStats): SrtStatsInterval {
  const interval: Record<string, number> = {}
  for (const key of Object.keys(after) as (keyof SrtStats)[]) {
    if (key.endsWith('Total')) interval[key.slice(0, -'Total'.length)] = Number(after[key]) - Number(before[key])
  }
  return interval as SrtStatsInterval
}
