import type { Output } from '@sluice/contract/api'
import {
  type ClassPolicy,
  judgedLimits,
  OutputLimits,
  type OutputLimitsPatch,
  type PolicyField,
  patchLimits,
  violationsOf,
} from '@sluice/contract/policy'
import { limitText, valueText, violationText } from '../../ui/policy/index.ts'

/** Limits that the dialog offers, in its order; '' for what the class says. */
export const limitFields = [
  'maxVideoKbps',
  'targetVideoKbps',
  'queueMs',
  'keepSessionMs',
  'retry.maxAttempts',
  'retry.windowMs',
  'retry.baseMs',
  'retry.capMs',
] as const
export type LimitField = (typeof limitFields)[number]
export type LimitsForm = Readonly<Record<LimitField, number | ''>>

type RetryField = 'maxAttempts' | 'windowMs' | 'baseMs' | 'capMs'
type FlatField = Exclude<LimitField, `retry.${string}`>

const retryField = (field: LimitField): RetryField | null =>
  field.startsWith('retry.') ? (field.slice('retry.'.length) as RetryField) : null

function valueIn(limits: OutputLimits, field: LimitField): number | '' {
  const inner = retryField(field)
  return (inner === null ? limits[field as FlatField] : limits.retry?.[inner]) ?? ''
}

export const limitsFormOf = (limits: OutputLimits): LimitsForm =>
  Object.fromEntries(limitFields.map((field) => [field, valueIn(limits, field)])) as LimitsForm

/** Only what differs, and what is `answered` for as it is; undefined when nothing is. An emptied field goes back to the class. */
export function limitsPatch(form: LimitsForm, before: OutputLimits, answered: readonly LimitField[] = []): OutputLimitsPatch | undefined {
  const changed = limitFields.filter((field) => form[field] !== valueIn(before, field) || answered.includes(field))
  if (changed.length === 0) return undefined
  const value = (field: LimitField): number | null => (form[field] === '' ? null : form[field])
  const flat = changed.filter((field) => retryField(field) === null).map((field) => [field, value(field)] as const)
  const retry = changed.flatMap((field) => {
    const inner = retryField(field)
    return inner === null ? [] : [[inner, value(field)] as const]
  })
  return { ...Object.fromEntries(flat), ...(retry.length > 0 && { retry: Object.fromEntries(retry) }) }
}

/** Limits that this edit would let leave the class: a sentence each. What was outside before and stays as it is needs no word. */
export function limitsOutside(form: LimitsForm, output: Output, policy: ClassPolicy): string[] {
  const after = OutputLimits.safeParse(patchLimits(output.limits, limitsPatch(form, output.limits)))
  if (!after.success) return []
  const answered = new Map(output.overrides.map(({ field, found }) => [field, found]))
  const isClassChange = policy.class !== output.class
  const before = new Map(judgedLimits(policy, output.limits).map(({ field, found }) => [field, found]))
  return violationsOf(judgedLimits(policy, after.data))
    .filter(({ field, found }) => answered.get(field) !== found && (isClassChange || before.get(field) !== found))
    .map(violationText)
}

/** Limits that came to be outside since they were set, and stay as they are. */
export const driftedLimits = (form: LimitsForm, { violations }: Pick<Output, 'violations'>): Output['violations'] =>
  violations.filter(({ field, found }) => limitFields.some((limit) => field === `limits.${limit}` && form[limit] === found))

/** The field of the form that a violation is about. */
export const limitFieldOf = ({ field }: Output['violations'][number]): LimitField => field.slice('limits.'.length) as LimitField

/** What the class says of a field, for the empty field, and what it allows. */
export function fromClass(field: LimitField, policy: ClassPolicy): { usual: string; allowed: string } {
  const inner = retryField(field)
  const name = `limits.${field}` as PolicyField
  const limit = judgedLimits(policy, {}).find((one) => one.field === name)!.limit
  const value =
    inner !== null ? policy.retry[inner] : field === 'targetVideoKbps' ? null : policy[field as Exclude<FlatField, 'targetVideoKbps'>]
  const usual = value === null ? (inner === null ? 'same as source' : 'no limit') : valueText(name, value)
  return { usual, allowed: limit.min === null && limit.max === null ? 'any value' : limitText(name, limit) }
}
