import type { Sample } from '../../live/index.ts'

/** Of all outputs the lowest bitrate of each second in which any of them had figures. */
export function lowestOutput(histories: readonly (readonly Sample[])[]): { atMs: number; bitrateBps: number }[] {
  const lowest = new Map<number, { atMs: number; bitrateBps: number }>()
  for (const history of histories) {
    for (const { atMs, bitrateBps } of history) {
      const second = Math.round(atMs / 1000)
      const known = lowest.get(second)
      if (known === undefined || bitrateBps < known.bitrateBps) lowest.set(second, { atMs, bitrateBps })
    }
  }
  return [...lowest.values()].toSorted((a, b) => a.atMs - b.atMs)
}
