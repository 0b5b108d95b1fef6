import type { ClassPolicies, ClassPolicy, OutputClass } from './classes.ts'

/** Without an output a channel stands under this class. */
export const classWithoutOutputs: OutputClass = 'B'

/** What the tightest class on a channel says of one setting: its value, and what the channel may set instead. */
export type TightestRange = { class: OutputClass; default: number; min: number; max: number }

/** The smallest default wins; among equals the one that allows least, then the first in the alphabet. [FAI-12] */
function tightest(policies: readonly ClassPolicy[], field: 'failoverTriggerMs' | 'failoverHoldMs'): TightestRange {
  const [first] = policies
    .map((policy) => ({ class: policy.class, ...policy[field] }))
    .toSorted((a, b) => a.default - b.default || a.max - b.max || b.min - a.min || a.class.localeCompare(b.class))
  return first!
}

/** Trigger, hold and patience of a channel with outputs of these classes. */
export function failoverOfClasses(policies: ClassPolicies, classes: readonly OutputClass[]) {
  const own = (classes.length === 0 ? [classWithoutOutputs] : [...new Set(classes)]).map((name) => policies[name])
  return { triggerMs: tightest(own, 'failoverTriggerMs'), holdMs: tightest(own, 'failoverHoldMs') }
}
