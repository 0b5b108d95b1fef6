import { ticksPerSecond } from '@sluice/codecs/frame'
import type { Segment } from './part.ts'

/** Of whole segments, bits a second. */
export type Rates = { readonly peakBps: number; readonly averageBps: number }

/** The stub before a splice, a key frame and little more, tells nothing of the rate. Spec: RFC 8216 §4.3.4.2 */
export function ratesOf(segments: readonly Segment[], targetDurationS: number): Rates {
  const done = segments.filter(({ isWhole }) => isWhole)
  const long = done.filter((segment) => segment.duration90k >= (targetDurationS * ticksPerSecond) / 2)
  const judged = long.length > 0 ? long : done
  const bits = judged.reduce((sum, segment) => sum + segment.bytes * 8, 0)
  const ticks = judged.reduce((sum, segment) => sum + segment.duration90k, 0)
  const peaks = judged.map((segment) => (segment.bytes * 8 * ticksPerSecond) / Math.max(1, segment.duration90k))
  return { peakBps: Math.max(1, ...peaks), averageBps: Math.max(1, (bits * ticksPerSecond) / Math.max(1, ticks)) }
}
