import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyViolation } from '@sluice/contract/policy'
import { judgeEdit, type KeptOverrides, type PolicyEditFacts } from './index.ts'

const field = 'failover.triggerMs'
const outside = (found: number): PolicyViolation => ({ field, found, limit: { class: 'B', min: 2000, max: 4000 } })
const earlier: KeptOverrides = { [field]: { reason: 'rehearsal', by: 'Ada', at: '2026-01-01T00:00:00.000Z' } }
const answer = { reason: 'a studio line', by: 'Bo', at: '2026-02-01T00:00:00.000Z' }

function judge(from: number | undefined, to: number | undefined, given: Partial<PolicyEditFacts> = {}) {
  const isOutside = to !== undefined && (to < 2000 || to > 4000)
  return judgeEdit({
    before: [{ field, found: from }],
    after: [{ field, found: to }],
    violations: isOutside ? [outside(to)] : [],
    kept: {},
    named: to === undefined ? [] : [field],
    isClassChange: false,
    answer: null,
    ...given,
  })
}

const cases: { name: string; verdict: ReturnType<typeof judge>; type: string; kept?: KeptOverrides; restored?: number }[] = [
  { name: 'inside', verdict: judge(undefined, 3000), type: 'allowed' },
  { name: 'outside without a reason', verdict: judge(undefined, 1000), type: 'refused' },
  { name: 'outside with a reason', verdict: judge(undefined, 1000, { answer }), type: 'allowed', kept: { [field]: answer } },
  { name: 'a reason that nothing needs', verdict: judge(undefined, 3000, { answer }), type: 'allowed' },
  { name: 'another edit beside a setting that drifted outside', verdict: judge(1000, 1000), type: 'allowed' },
  { name: 'a setting that drifted outside is sent again as it is', verdict: judge(1000, 1000), type: 'allowed' },
  { name: 'the same with a reason', verdict: judge(1000, 1000, { answer }), type: 'allowed', kept: { [field]: answer } },
  { name: 'another edit with a reason leaves it open', verdict: judge(1000, 1000, { answer, named: [] }), type: 'allowed' },
  { name: 'another edit beside an override', verdict: judge(1000, 1000, { kept: earlier }), type: 'allowed', kept: earlier },
  { name: 'another value outside than the one that was answered for', verdict: judge(1000, 900, { kept: earlier }), type: 'refused' },
  {
    name: 'another value with a reason of its own',
    verdict: judge(1000, 900, { kept: earlier, answer }),
    type: 'allowed',
    kept: { [field]: answer },
  },
  { name: 'back inside', verdict: judge(1000, 3000, { kept: earlier }), type: 'allowed', restored: 1 },
  { name: 'taken back', verdict: judge(1000, undefined, { kept: earlier }), type: 'allowed', restored: 1 },
  { name: 'another class that the setting does not fit', verdict: judge(1000, 1000, { isClassChange: true }), type: 'refused' },
  {
    name: 'another class for a setting that was answered for',
    verdict: judge(1000, 1000, { isClassChange: true, kept: earlier }),
    type: 'allowed',
    kept: earlier,
  },
]
for (const { name, verdict, type, kept = {}, restored = 0 } of cases) {
  test(`an edit is ${type}: ${name} [POL-05]`, () => {
    assert.equal(verdict.type, type)
    if (verdict.type !== 'allowed') return
    assert.deepEqual(verdict.kept, kept)
    assert.equal(verdict.restored.length, restored)
  })
}
