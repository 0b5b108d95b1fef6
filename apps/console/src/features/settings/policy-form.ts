import { ClassPolicy, type PolicyEdit, policyBounds, withEdit } from '@sluice/contract/policy'

type Bound = { min: number; max: number }
type FieldSpec = {
  readonly path: string
  readonly label: string
  readonly unit: '' | ' ms' | ' kbps'
  readonly bound: Bound
  readonly mayBeEmpty?: string
}

const field = (path: string, label: string, unit: FieldSpec['unit'], bound: Bound): FieldSpec => ({ path, label, unit, bound })

/** Everything that a class says, in groups of the form. `mayBeEmpty`: what an empty field means. */
export const policyGroups: readonly { title: string; about: string; fields: readonly FieldSpec[] }[] = [
  {
    title: 'Video',
    about: 'An output can set its own limit up to this one, and a target between lowest and highest.',
    fields: [
      field('maxVideoKbps', 'Limit', ' kbps', policyBounds.maxVideoKbps),
      field('targetVideoKbps.min', 'Lowest target', ' kbps', policyBounds.targetVideoKbps),
      field('targetVideoKbps.max', 'Highest target', ' kbps', policyBounds.targetVideoKbps),
      field('gopMs', 'Keyframe interval', ' ms', policyBounds.gopMs),
    ],
  },
  {
    title: 'Switch after',
    about: 'How long an input may be silent before the channel switches, and the range that a channel may set.',
    fields: [
      field('failoverTriggerMs.default', 'Default', ' ms', policyBounds.triggerMs),
      field('failoverTriggerMs.min', 'Lowest', ' ms', policyBounds.triggerMs),
      field('failoverTriggerMs.max', 'Highest', ' ms', policyBounds.triggerMs),
    ],
  },
  {
    title: 'Return after',
    about: 'How long the primary must be clean before it goes back on air, and the range that a channel may set.',
    fields: [
      field('failoverHoldMs.default', 'Default', ' ms', policyBounds.holdMs),
      field('failoverHoldMs.min', 'Lowest', ' ms', policyBounds.holdMs),
      field('failoverHoldMs.max', 'Highest', ' ms', policyBounds.holdMs),
    ],
  },
  {
    title: 'Retry',
    about: 'Each delay is random. Its upper bound starts at the first delay and doubles with each attempt, up to the longest.',
    fields: [
      field('retry.baseMs', 'First delay', ' ms', policyBounds.retryBaseMs),
      field('retry.capMs', 'Longest delay', ' ms', policyBounds.retryCapMs),
      { ...field('retry.maxAttempts', 'Attempts', '', policyBounds.maxAttempts), mayBeEmpty: 'no limit' },
      field('retry.windowMs', 'Within', ' ms', policyBounds.windowMs),
    ],
  },
  {
    title: 'Auto-disable',
    about: 'After this many failures within this time. Leave both empty to never disable an output.',
    fields: [
      { ...field('autoDisable.failures', 'Failures', '', policyBounds.failures), mayBeEmpty: 'never' },
      { ...field('autoDisable.windowMs', 'Within', ' ms', policyBounds.windowMs), mayBeEmpty: 'never' },
    ],
  },
  {
    title: 'Queue and session',
    about: 'How much media may wait for a slow output, and how long a session stays open without a source.',
    fields: [
      field('queueMs', 'Queue', ' ms', policyBounds.queueMs),
      field('keepSessionMs', 'Keep session for', ' ms', policyBounds.keepSessionMs),
    ],
  },
]

export type PolicyForm = Readonly<Record<string, number | ''>>

const allFields = policyGroups.flatMap((group) => group.fields.map(({ path }) => path))

const valueAt = (policy: ClassPolicy, path: string): number | '' => {
  const value = path.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null)?.[name], policy)
  return typeof value === 'number' ? value : ''
}

export const policyFormOf = (policy: ClassPolicy): PolicyForm => Object.fromEntries(allFields.map((path) => [path, valueAt(policy, path)]))

/** What the form changes in the policy, in the form of the API. */
export function policyEdit(form: PolicyForm, before: ClassPolicy): Record<string, unknown> {
  const edit: Record<string, unknown> = {}
  for (const path of allFields) {
    if (path.startsWith('autoDisable.') || form[path] === valueAt(before, path)) continue
    const [outer = '', inner] = path.split('.')
    const value = form[path] === '' ? null : form[path]
    if (inner === undefined) edit[outer] = value
    else edit[outer] = { ...(edit[outer] as object | undefined), [inner]: value }
  }
  // Both of its fields belong together.
  const disable = ['autoDisable.failures', 'autoDisable.windowMs']
  if (disable.some((path) => form[path] !== valueAt(before, path))) {
    const [failures, windowMs] = disable.map((path) => (form[path] === '' ? null : form[path]))
    edit['autoDisable'] = failures === null && windowMs === null ? null : { failures, windowMs }
  }
  return edit
}

/** What is wrong with the policy as it would be, by field: said before it is sent. */
export function policyErrors(edit: Record<string, unknown>, before: ClassPolicy): Readonly<Record<string, string>> {
  const parsed = ClassPolicy.safeParse(withEdit(before, edit as PolicyEdit))
  return parsed.success ? {} : Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message]))
}

/** `Attempts 30 → 20`, one for each field that differs. */
export function policyChanges(before: ClassPolicy, after: ClassPolicy): string[] {
  const show = (policy: ClassPolicy, { path, unit, mayBeEmpty = '' }: FieldSpec): string => {
    const value = valueAt(policy, path)
    return value === '' ? mayBeEmpty : `${value}${unit}`
  }
  return policyGroups.flatMap(({ title, fields }) =>
    fields.flatMap((spec) => {
      const [from, to] = [show(before, spec), show(after, spec)]
      return from === to ? [] : [`${title}, ${spec.label.toLowerCase()}: ${from} → ${to}`]
    }),
  )
}
