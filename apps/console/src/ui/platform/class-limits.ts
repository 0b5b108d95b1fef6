import type { ClassPolicy } from '@sluice/contract/policy'
import { formatSpan } from '../format/index.ts'

/** The limits of a class in words, one each: what the operator may count on. [POL-04] */
export function classLimits(policy: ClassPolicy): string[] {
  const { retry, autoDisable } = policy
  return [
    `video up to ${policy.maxVideoKbps / 1000} Mbps`,
    `keyframe every ${policy.gopMs / 1000} s`,
    retry.maxAttempts === null ? 'retries forever' : `up to ${retry.maxAttempts} attempts in ${formatSpan(retry.windowMs)}`,
    autoDisable === null
      ? 'never disabled automatically'
      : `disabled after ${autoDisable.failures} failures in ${formatSpan(autoDisable.windowMs)}`,
  ]
}
