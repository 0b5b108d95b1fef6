import { formatViolation, type PolicyOverride, type PolicyViolation } from '@sluice/contract/policy'
import type { Style } from './style.ts'
import { plain } from './text.ts'

/** What stands outside of its class, a line each: by drift, or because somebody said so. */
export function standingLines(
  { overrides, violations }: { readonly overrides: readonly PolicyOverride[]; readonly violations: readonly PolicyViolation[] },
  style: Style,
): string[] {
  const open = violations.map((violation) => `${style.bad('outside')} ${formatViolation(violation)}`)
  const answered = overrides.map(
    ({ field, found, reason, by, at }) => `${style.warn('override')} ${field} ${found}: ${plain(reason)} (${plain(by)}, ${at})`,
  )
  return [...open, ...answered]
}
