import { partTargetOf } from '../store/index.ts'

/** How far players stay behind, and what they may fetch: constant for the life of an address, as players that saw it change stop for good. */
export type BufferPolicy = {
  readonly segmentMs: number
  /** What a part should last. */
  readonly partMs: number
  /** No part lasts longer. */
  readonly partTargetMs: number
  /** Whole seconds; no segment lasts longer, rounded. */
  readonly targetDurationS: number
  readonly windowSegments: number
  /** Behind the newest part, of players that know parts. */
  readonly partHoldBackMs: number
  /** Behind the newest segment, of all others. */
  readonly holdBackMs: number
  readonly canSkipUntilMs: number
}

/** Apple's players object below three parts. */
const partHoldBack = 3.2
/** Spec: RFC 8216 §6.3.3, draft-pantos-hls-rfc8216bis §4.4.3.8 */
const holdBackTargets = 3
const skipTargets = 6

export function bufferPolicyOf({
  segmentMs,
  partMs,
  windowSegments,
}: Pick<BufferPolicy, 'segmentMs' | 'partMs' | 'windowSegments'>): BufferPolicy {
  const targetDurationS = Math.max(1, Math.ceil(segmentMs / 1000))
  const partTargetMs = Math.round(partTargetOf(partMs))
  return {
    segmentMs,
    partMs,
    partTargetMs,
    targetDurationS,
    windowSegments,
    partHoldBackMs: Math.round(partHoldBack * partTargetMs),
    holdBackMs: holdBackTargets * targetDurationS * 1000,
    canSkipUntilMs: skipTargets * targetDurationS * 1000,
  }
}
