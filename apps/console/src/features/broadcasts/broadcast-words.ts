import type { BroadcastSummary } from '@sluice/contract/api'
import { formatShare } from '../../ui/format/index.ts'

type Broadcast = Pick<BroadcastSummary, 'endedAt' | 'endedBy' | 'share' | 'isAimMet' | 'aim' | 'wantedMs'>

/** How it ended, in a word or two. */
export function endWords({ endedAt, endedBy }: Pick<Broadcast, 'endedAt' | 'endedBy'>): string {
  if (endedAt === null) return 'On air now'
  if (endedBy === 'operator') return 'Ended by an operator'
  if (endedBy === 'engine') return 'Cut short: the media engine was lost'
  return endedBy === 'deleted' ? 'The channel was deleted' : 'The encoder stopped'
}

/** Of the time in which outputs should have been live, how much they were; and whether that is enough. */
export function successWords({ share, isAimMet, aim, wantedMs }: Pick<Broadcast, 'share' | 'isAimMet' | 'aim' | 'wantedMs'>): string {
  if (wantedMs === 0 || share === null) return 'No output was on'
  const met = isAimMet === null ? '' : isAimMet ? `, target ${formatShare(aim)} met` : `, under the target of ${formatShare(aim)}`
  return `${formatShare(share)} delivered${met}`
}
