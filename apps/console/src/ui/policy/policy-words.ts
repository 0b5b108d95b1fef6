import { formatLimit, type PolicyField, type PolicyLimit, type PolicyViolation } from '@sluice/contract/policy'

/** The settings by the names that they have on the page. */
export const policyWords: Readonly<Record<PolicyField, string>> = {
  'failover.triggerMs': 'Switch after',
  'failover.holdMs': 'Return after',
  'limits.maxVideoKbps': 'Video limit',
  'limits.targetVideoKbps': 'Video target',
  'limits.retry.baseMs': 'First retry delay',
  'limits.retry.capMs': 'Longest retry delay',
  'limits.retry.maxAttempts': 'Attempts',
  'limits.retry.windowMs': 'Attempt window',
  'limits.queueMs': 'Queue',
  'limits.keepSessionMs': 'Keep session for',
}

/** `900 ms`, `4500 kbps`, `12`. */
export const unitOf = (field: PolicyField): string => (field.endsWith('Ms') ? ' ms' : field.endsWith('Kbps') ? ' kbps' : '')

/** `2000 to 4000 ms`, `at most 5000 kbps`. */
export const limitText = (field: PolicyField, limit: Pick<PolicyLimit, 'min' | 'max'>): string => `${formatLimit(limit)}${unitOf(field)}`

/** `Queue 4001 ms; class B allows at most 4000 ms.` */
export const violationText = ({ field, found, limit }: PolicyViolation): string =>
  `${policyWords[field]} ${found}${unitOf(field)}; class ${limit.class} allows ${limitText(field, limit)}.`
