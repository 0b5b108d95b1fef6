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

/** Times are stored in milliseconds and read in seconds. */
export const isTime = (field: PolicyField): boolean => field.endsWith('Ms')
export const unitOf = (field: PolicyField): string => (isTime(field) ? ' s' : field.endsWith('Kbps') ? ' kbps' : '')

const shown = (field: PolicyField, value: number): number => (isTime(field) ? value / 1000 : value)

/** `0.9 s`, `4500 kbps`, `12`, `no limit`. */
export const valueText = (field: PolicyField, value: number | null): string =>
  value === null ? 'no limit' : `${shown(field, value)}${unitOf(field)}`

/** `2 to 4 s`, `at most 5000 kbps`. */
export function limitText(field: PolicyField, { min, max }: Pick<PolicyLimit, 'min' | 'max'>): string {
  const end = (value: number | null): number | null => (value === null ? null : shown(field, value))
  return `${formatLimit({ min: end(min), max: end(max) })}${unitOf(field)}`
}

/** `Queue 4.001 s; class B allows at most 4 s.` */
export const violationText = ({ field, found, limit }: PolicyViolation): string =>
  `${policyWords[field]} ${valueText(field, found)}; class ${limit.class} allows ${limitText(field, limit)}.`
