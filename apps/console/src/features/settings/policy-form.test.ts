import { ClassPolicy, classPolicies, withEdit } from '@sluice/contract/policy'
import { expect, test } from 'vitest'
import { policyChanges, policyEdit, policyErrors, policyFormOf } from './policy-form.ts'

const { B } = classPolicies
const form = policyFormOf(B)

test('an untouched form edits nothing, and every number of the policy has a field', () => {
  expect(policyEdit(form, B)).toEqual({})
  const numbers = JSON.stringify(B).match(/:\d+/g)?.length
  expect(Object.keys(form)).toHaveLength(numbers ?? 0)
})

test('only changes are sent, an emptied limit as none, and both fields of auto-disable together', () => {
  expect(policyEdit({ ...form, 'retry.maxAttempts': '', 'retry.capMs': 9000, queueMs: 900 }, B)).toEqual({
    retry: { maxAttempts: null, capMs: 9000 },
    queueMs: 900,
  })
  expect(policyEdit({ ...form, 'autoDisable.failures': 7 }, B)).toEqual({ autoDisable: { failures: 7, windowMs: 600_000 } })
  expect(policyEdit({ ...form, 'autoDisable.failures': '', 'autoDisable.windowMs': '' }, B)).toEqual({ autoDisable: null })
})

test('what does not hold together is said at its field before it is sent', () => {
  expect(Object.keys(policyErrors({ failoverTriggerMs: { default: 5000 } }, B))).toEqual(['failoverTriggerMs.default'])
  expect(Object.keys(policyErrors({ autoDisable: { failures: 3, windowMs: null } }, B))).toEqual(['autoDisable.windowMs'])
  expect(policyErrors({ queueMs: 900 }, B)).toEqual({})
})

test('the changes between two versions are listed in words', () => {
  const after = ClassPolicy.parse(withEdit(B, { retry: { maxAttempts: null }, queueMs: 900 }))
  expect(policyChanges(B, after)).toEqual(['Retry, attempts: 30 → no limit', 'Queue and session, queue: 4000 ms → 900 ms'])
})
