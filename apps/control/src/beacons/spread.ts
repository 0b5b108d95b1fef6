/** Counts of spans of time by size: each class is 6 % wider than the one before, so a percentile is exact to 3 %, and two of them add up. */
export type Spread = Record<number, number>

const step = Math.log(1.06)
const classOf = (ms: number): number => Math.round(Math.log(Math.max(1, ms)) / step)

export function addSpan(spread: Spread, ms: number): void {
  const at = classOf(ms)
  spread[at] = (spread[at] ?? 0) + 1
}

export function addSpread(into: Spread, from: Spread): void {
  for (const [at, count] of Object.entries(from)) into[Number(at)] = (into[Number(at)] ?? 0) + count
}

/** The span that a share of all stays within, ms; null for none. */
export function percentile(spread: Spread, share: number): number | null {
  const classes = Object.entries(spread)
    .map(([at, count]) => [Number(at), count] as const)
    .sort(([a], [b]) => a - b)
  const all = classes.reduce((sum, [, count]) => sum + count, 0)
  let seen = 0
  for (const [at, count] of classes) {
    seen += count
    if (seen >= all * share) return Math.round(Math.exp(at * step))
  }
  return null
}
