import type { PolicyField, PolicyViolation } from '@sluice/contract/policy'
import type { FoundSetting, KeptOverrides } from './overrides.ts'

export type PolicyEditFacts = {
  before: readonly FoundSetting[]
  after: readonly FoundSetting[]
  /** Everything that is outside after the edit. */
  violations: readonly PolicyViolation[]
  kept: KeptOverrides
  /** Settings that the edit names, as they are or otherwise: with an answer it covers what drifted too. */
  named: readonly PolicyField[]
  /** The edit moves the whole to another class: settings that were fine must fit it too. */
  isClassChange: boolean
  /** Who answers for it, and why; null: nobody, the edit has to stay inside. */
  answer: { reason: string; by: string; at: string } | null
}

export type PolicyEditVerdict =
  | { type: 'refused'; violations: PolicyViolation[] }
  | { type: 'allowed'; kept: KeptOverrides; overridden: PolicyViolation[]; restored: FoundSetting[] }

/**
 * Whether an edit may be made. It answers for what it touches alone: a setting that drifted outside earlier stays shown, and hinders no
 * other edit. An override covers one value; another value, inside or outside, ends it.
 */
export function judgeEdit({ before, after, violations, kept, named, isClassChange, answer }: PolicyEditFacts): PolicyEditVerdict {
  const valueBefore = new Map(before.map(({ field, found }) => [field, found]))
  const touched = new Set(after.filter(({ field, found }) => valueBefore.get(field) !== found).map(({ field }) => field))
  const stillKept = Object.fromEntries(Object.entries(kept).filter(([field]) => !touched.has(field as never))) as KeptOverrides
  const isMeant = (field: PolicyField): boolean => touched.has(field) || isClassChange || (answer !== null && named.includes(field))
  const open = violations.filter(({ field }) => stillKept[field] === undefined && isMeant(field))
  if (open.length > 0 && answer === null) return { type: 'refused', violations: open }
  const added = answer === null ? {} : Object.fromEntries(open.map(({ field }) => [field, answer]))
  const result = { ...stillKept, ...added }
  return {
    type: 'allowed',
    kept: result,
    overridden: open,
    restored: after.filter(({ field }) => kept[field] !== undefined && result[field] === undefined),
  }
}
