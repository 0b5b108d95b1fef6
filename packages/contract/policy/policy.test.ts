import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  ClassPolicy,
  classPolicies,
  effectiveLimits,
  failoverOfClasses,
  formatLimit,
  judgedLimits,
  type OutputClass,
  OutputLimits,
  outputClasses,
  PolicyEdit,
  patchLimits,
  policyBounds,
  violationsOf,
  withEdit,
} from './index.ts'

test('the shipped classes hold together, and are the ones of the documentation [POL-01] [POL-02] [POL-03] [POL-04] [POL-13]', () => {
  const rows = outputClasses.map((name) => {
    const { maxVideoKbps, gopMs, failoverTriggerMs, failoverHoldMs, retry, autoDisable, queueMs } = ClassPolicy.parse(classPolicies[name])
    const attempts = retry.maxAttempts === null ? 'unlimited' : `${retry.maxAttempts} in ${retry.windowMs / 60_000}`
    const disable = autoDisable === null ? 'never' : `${autoDisable.failures} in ${autoDisable.windowMs / 60_000}`
    return [maxVideoKbps, gopMs, failoverTriggerMs.default, failoverHoldMs.default, retry.baseMs, retry.capMs, attempts, disable, queueMs]
  })
  assert.deepEqual(rows, [
    [5000, 2000, 2000, 20_000, 500, 5000, 'unlimited', 'never', 4000],
    [5000, 2000, 2500, 30_000, 1000, 30_000, '30 in 15', '20 in 10', 4000],
    [4000, 2000, 4000, 60_000, 5000, 120_000, '10 in 15', '5 in 10', 8000],
  ])
  for (const policy of Object.values(classPolicies)) {
    assert.deepEqual([policy.failoverTriggerMs.min, policy.failoverTriggerMs.max], [2000, 4000], 'FAI-02')
    assert.deepEqual([policy.failoverHoldMs.min, policy.failoverHoldMs.max], [20_000, 60_000], 'FAI-05')
  }
})

const badEdits: { name: string; edit: PolicyEdit; path: string }[] = [
  { name: 'a trigger under what an engine can keep', edit: { failoverTriggerMs: { min: 299 } }, path: 'failoverTriggerMs.min' },
  { name: 'a default outside of its own range', edit: { failoverTriggerMs: { default: 4001 } }, path: 'failoverTriggerMs.default' },
  { name: 'a range that is upside down', edit: { failoverHoldMs: { min: 60_001 } }, path: 'failoverHoldMs.min' },
  { name: 'a longest delay under the first one', edit: { retry: { capMs: 999 } }, path: 'retry.capMs' },
  { name: 'a target over the limit', edit: { maxVideoKbps: 4000 }, path: 'targetVideoKbps.max' },
  { name: 'no attempts at all', edit: { retry: { maxAttempts: 0 } }, path: 'retry.maxAttempts' },
  { name: 'a queue of hours', edit: { queueMs: 3_600_000 }, path: 'queueMs' },
]
for (const { name, edit, path } of badEdits) {
  test(`a policy refuses ${name}`, () => {
    const parsed = ClassPolicy.safeParse(withEdit(classPolicies.B, edit))
    assert.deepEqual(
      parsed.error?.issues.map((issue) => issue.path.join('.')),
      [path],
    )
  })
}

test('an edit changes what it names, inside of nested fields too, and null lifts the limits that may be lifted', () => {
  const edit = PolicyEdit.parse({ retry: { maxAttempts: null }, failoverTriggerMs: { max: 3000 }, autoDisable: null })
  const policy = ClassPolicy.parse(withEdit(classPolicies.C, { ...edit, failoverTriggerMs: { default: 3000, max: 3000 } }))
  assert.deepEqual(policy.retry, { ...classPolicies.C.retry, maxAttempts: null })
  assert.deepEqual(policy.failoverTriggerMs, { default: 3000, min: 2000, max: 3000 })
  assert.equal(policy.autoDisable, null)
  assert.equal(policy.queueMs, classPolicies.C.queueMs)
})

const bounded = ({ min, max }: { min: number; max: number }) => fc.integer({ min, max })
const range = (bound: { min: number; max: number }) =>
  fc.array(bounded(bound), { minLength: 3, maxLength: 3 }).map((values) => {
    const [min, usual, max] = values.toSorted((a, b) => a - b) as [number, number, number]
    return { min, default: usual, max }
  })
const policyOf = (name: OutputClass): fc.Arbitrary<ClassPolicy> =>
  fc
    .record({ trigger: range(policyBounds.triggerMs), hold: range(policyBounds.holdMs), kbps: range(policyBounds.maxVideoKbps) })
    .map(({ trigger, hold, kbps }) => ({
      ...classPolicies[name],
      failoverTriggerMs: trigger,
      failoverHoldMs: hold,
      maxVideoKbps: kbps.max,
      targetVideoKbps: { min: kbps.min, max: kbps.default },
    }))
const anyPolicies = fc.record({ A: policyOf('A'), B: policyOf('B'), C: policyOf('C') })
const anyLimits = fc.record(
  {
    maxVideoKbps: bounded(policyBounds.maxVideoKbps),
    targetVideoKbps: bounded(policyBounds.targetVideoKbps),
    queueMs: bounded(policyBounds.queueMs),
    keepSessionMs: bounded(policyBounds.keepSessionMs),
    retry: fc.record(
      {
        baseMs: bounded(policyBounds.retryBaseMs),
        capMs: bounded(policyBounds.retryCapMs),
        maxAttempts: bounded(policyBounds.maxAttempts),
        windowMs: bounded(policyBounds.windowMs),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

test('trigger and hold are those of the tightest class, whatever the order and number of outputs, and inside of its range [FAI-12]', () => {
  fc.assert(
    fc.property(anyPolicies, fc.array(fc.constantFrom(...outputClasses), { maxLength: 6 }), (policies, classes) => {
      const found = failoverOfClasses(policies, classes)
      const present = classes.length === 0 ? (['B'] as const) : classes
      for (const [field, time] of [
        ['failoverTriggerMs', found.triggerMs],
        ['failoverHoldMs', found.holdMs],
      ] as const) {
        assert.ok(present.includes(time.class as never))
        assert.equal(time.default, Math.min(...present.map((name) => policies[name][field].default)))
        assert.deepEqual({ min: time.min, max: time.max, default: time.default }, policies[time.class][field])
        assert.ok(time.min <= time.default && time.default <= time.max)
      }
      assert.deepEqual(failoverOfClasses(policies, classes.toReversed()), found)
    }),
  )
})

test('what holds for an output is never looser than its class, unless it is told as outside [POL-05]', () => {
  fc.assert(
    fc.property(policyOf('B'), anyLimits, (policy, limits) => {
      const own = OutputLimits.parse(limits)
      const holds = effectiveLimits(policy, own)
      const outside = violationsOf(judgedLimits(policy, own)).map(({ field }) => field as string)
      const isTold = (field: string, isLooser: boolean): void => assert.ok(!isLooser || outside.includes(`limits.${field}`), field)
      isTold('maxVideoKbps', holds.maxVideoKbps > policy.maxVideoKbps)
      isTold('queueMs', holds.queueMs > policy.queueMs)
      isTold('keepSessionMs', holds.keepSessionMs > policy.keepSessionMs)
      isTold('retry.baseMs', holds.retry.baseMs < policy.retry.baseMs)
      isTold('retry.windowMs', holds.retry.windowMs < policy.retry.windowMs)
      isTold('retry.maxAttempts', (holds.retry.maxAttempts ?? Number.POSITIVE_INFINITY) > policy.retry.maxAttempts!)
      isTold('targetVideoKbps', holds.targetVideoKbps !== null && holds.targetVideoKbps > holds.maxVideoKbps)
      assert.ok(holds.retry.capMs >= holds.retry.baseMs)
      // Nothing is told of what was not set.
      for (const field of outside) assert.notEqual(judgedLimits(policy, own).find((one) => `${one.field}` === field)?.found, undefined)
    }),
  )
})

test('a patch of limits: what is not named stays, null takes one back, and null for the whole takes all back', () => {
  const before: OutputLimits = { maxVideoKbps: 3000, retry: { baseMs: 2000, maxAttempts: 5 } }
  const cases = [
    { patch: undefined, after: before },
    { patch: {}, after: before },
    { patch: { queueMs: 1000 }, after: { ...before, queueMs: 1000 } },
    { patch: { maxVideoKbps: null }, after: { retry: { baseMs: 2000, maxAttempts: 5 } } },
    { patch: { retry: { maxAttempts: null } }, after: { maxVideoKbps: 3000, retry: { baseMs: 2000 } } },
    { patch: { retry: { maxAttempts: null, baseMs: null } }, after: { maxVideoKbps: 3000 } },
    { patch: { retry: null }, after: { maxVideoKbps: 3000 } },
    { patch: null, after: {} },
  ]
  for (const { patch, after } of cases) assert.deepEqual(patchLimits(before, patch), after, JSON.stringify(patch))
})

test('a target of its own may not be over the output’s own limit; a limit under the lowest target takes that with it', () => {
  const outside = (own: OutputLimits): string[] =>
    violationsOf(judgedLimits(classPolicies.B, own)).map(({ field, limit }) => `${field} ${formatLimit(limit)}`)
  assert.deepEqual(outside({ targetVideoKbps: 4500, maxVideoKbps: 3000 }), ['limits.targetVideoKbps 1500 to 3000'])
  assert.deepEqual(outside({ targetVideoKbps: 1000, maxVideoKbps: 1000 }), [])
  assert.deepEqual(outside({ maxVideoKbps: 5001 }), ['limits.maxVideoKbps at most 5000'])
  assert.deepEqual(outside({ retry: { baseMs: 999 } }), ['limits.retry.baseMs at least 1000'])
})
