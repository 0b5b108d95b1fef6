import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyVersion } from '@sluice/contract/api'
import { classPolicies } from '@sluice/contract/policy'
import { CliError } from '../cli-error.ts'
import { formatPolicies, formatPolicyHistory, policyFacts } from '../show/policy.ts'
import { chooseStyle } from '../show/style.ts'
import { readPolicyEdit } from './policy-edit.ts'

const style = chooseStyle(false, {})

test('words become an edit with the names of the API, and none lifts a limit', () => {
  assert.deepEqual(
    readPolicyEdit(['retry.maxAttempts=20', 'retry.capMs=10000', 'failoverTriggerMs.max=3000', 'autoDisable=none', 'label=Own']),
    {
      retry: { maxAttempts: 20, capMs: 10_000 },
      failoverTriggerMs: { max: 3000 },
      autoDisable: null,
      label: 'Own',
    },
  )
  assert.deepEqual(readPolicyEdit(['retry.maxAttempts=none']), { retry: { maxAttempts: null } })
})

for (const pair of ['retry.maxAttempts', 'maxAttempts=3', 'class=A', '=3', 'queueMs=soon', 'queueMs=1', 'retry=none', '__proto__.x=1']) {
  test(`the edit '${pair}' is refused`, () => assert.throws(() => readPolicyEdit([pair]), CliError))
}

test('every field of a policy is shown, and can be set by the name that is shown', () => {
  const facts = policyFacts(classPolicies.B)
  assert.equal(facts.length, 19)
  const numbers = facts.filter(([name]) => name !== 'label').map(([name, value]) => `${name}=${value}`)
  const { class: _, label: __, ...rest } = classPolicies.B
  assert.deepEqual(readPolicyEdit(numbers), rest)
})

test('the list says who set a class and why, and the history what each version changed', () => {
  const version = (n: number, patch: Partial<PolicyVersion> = {}): PolicyVersion => ({
    version: n,
    isShipped: false,
    policy: classPolicies.B,
    at: '2026-03-01T10:00:00.000Z',
    by: 'Ada',
    reason: 'agreed',
    ...patch,
  })
  const text = formatPolicies([version(1, { by: 'A\x1b[2Jda' }), version(0, { policy: classPolicies.C, isShipped: true })], style)
  assert.match(text, /FIELD +CLASS B +CLASS C/)
  assert.match(text, /retry.maxAttempts +30 +10/)
  assert.match(text, /Class B: version 1, by A\ufffd\[2Jda at 2026-03-01T10:00:00.000Z: agreed\nClass C: defaults/)
  const history = formatPolicyHistory('B', [version(2, { policy: { ...classPolicies.B, queueMs: 900 } }), version(1)], style)
  assert.match(history, /2 +2026-03-01T10:00:00.000Z +Ada +queueMs=900 +agreed\n +1 .*the first edit/)
})
