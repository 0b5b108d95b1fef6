import type { Frame } from '@sluice/codecs/frame'

/** A picture in decoding order. `count` rises in the order of showing within one `sequence`; null: its slices don't tell. */
export type OrderedPicture = { readonly frame: Frame; readonly count: number | null; readonly sequence: number }

/**
 * What is known of a track's times: `trusted` as they are; `by-count`: decoding times are good, presentation times are to be made of the
 * order; `by-pts`: presentation times are good, decoding times are to be made of them; `unclear`: neither; `unknown`: more is to be seen.
 */
export type OrderVerdict = 'unknown' | 'trusted' | 'by-count' | 'by-pts' | 'unclear'

/** Judges the first pictures of a track. `isAll`: no more will be held. */
export function judgeOrder(held: readonly OrderedPicture[], maxReorder: number | null, isAll: boolean): OrderVerdict {
  const frames = held.map(({ frame }) => frame)
  const first = frames[0]!
  const isRising = frames.every((frame, i) => i === 0 || frame.dts > frames[i - 1]!.dts)
  const isLate = frames.every((frame) => frame.pts >= frame.dts)
  const isInOrder = !hasInversion(held)
  // No difference at all between the two times, or always the same one: B-frames would need different ones.
  const isConstant = frames.every((frame) => frame.pts - frame.dts === first.pts - first.dts)
  if (isRising && isLate && isInOrder) {
    const isSure = maxReorder === 0 || held.some(({ count }) => count === null) || !isConstant
    return isSure || isAll ? 'trusted' : 'unknown'
  }
  if (!isAll) return 'unknown'
  if (frames.every((frame) => frame.dts === first.dts && frame.pts === first.pts)) return 'trusted' // a clock that stands is no matter of order
  const isCounted = held.every(({ count }) => count !== null)
  if (!isInOrder) return isRising && isCounted ? 'by-count' : 'unclear'
  // One step back among good ones is a slip. Without reordering it is squeezed in; with it, more of them show that it is no slip.
  const stepsBack = frames.filter((frame, i) => i > 0 && frame.dts <= frames[i - 1]!.dts).length
  if (stepsBack <= 1 && isLate) return maxReorder === 0 || isConstant ? squeezedOrByPts(held, stepsBack) : 'trusted'
  return isCounted || maxReorder === 0 ? 'by-pts' : 'unclear'
}

/** Times that go back because the pictures are decoded in another order than shown are presentation times; else it is a slip. */
function squeezedOrByPts(held: readonly OrderedPicture[], stepsBack: number): OrderVerdict {
  if (stepsBack === 0) return 'trusted'
  const isReordered = held.some(({ count, sequence }, i) => {
    const before = held[i - 1]
    return before !== undefined && before.sequence === sequence && before.count !== null && count !== null && count < before.count
  })
  return isReordered ? 'by-pts' : 'trusted'
}

/** Two pictures of one sequence are shown in another order than their counts say. */
function hasInversion(held: readonly OrderedPicture[]): boolean {
  return held.some((picture, i) => held.slice(0, i).some((other) => isInverted(other, picture)))
}

/** The two are shown in another order than their counts say, or at one time. False where the counts don't tell. */
export function isInverted(a: OrderedPicture, b: OrderedPicture): boolean {
  if (a.count === null || b.count === null || a.sequence !== b.sequence || a.count === b.count) return false
  return a.count < b.count ? a.frame.pts >= b.frame.pts : a.frame.pts <= b.frame.pts
}
