/** Seconds that one press of an arrow goes. */
export const seekStepS = 10
/** Less than this is a buffer, and nothing to rewind in. */
const leastWindowS = 60

/** What of the past can be seen; null: nothing worth a bar. */
export function rewindOf(seekable: Pick<TimeRanges, 'length' | 'start' | 'end'>): { startS: number; endS: number } | null {
  if (seekable.length === 0) return null
  const [startS, endS] = [seekable.start(0), seekable.end(seekable.length - 1)]
  return Number.isFinite(endS) && endS - startS >= leastWindowS ? { startS, endS } : null
}
