import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictLevels } from '@sluice/contract/api'
import { classPolicies } from '@sluice/contract/policy'
import fc from 'fast-check'
import { commonLimits, keyframeLimit, type Limit, levelOf, limitsOf } from './index.ts'

const limits = limitsOf([classPolicies.B])
const all = Object.entries({ ...commonLimits, keyframeDistance: limits.keyframeDistance })

/** The smallest step past a limit on its wrong side. */
const past = ({ side }: Limit, value: number): number => value + (side === 'over' ? 1 : -1) * Math.max(Math.abs(value) * 1e-9, 1e-9)

for (const [name, limit] of all) {
  test(`${name}: ${limit.warn} ${limit.unit} itself is within, the next figure ${limit.side} it is not`, () => {
    assert.equal(levelOf(limit, limit.warn), 'ok')
    assert.equal(levelOf(limit, past(limit, limit.warn)), limit.bad === limit.warn ? 'bad' : 'warn')
    if (limit.bad === null) return
    assert.equal(levelOf(limit, limit.bad), limit.bad === limit.warn ? 'ok' : 'warn')
    assert.equal(levelOf(limit, past(limit, limit.bad)), 'bad')
  })

  test(`${name}: a worse figure never has a better level, and the limit gives its reason`, () => {
    const figure = fc.double({ min: 0, max: 100_000, noNaN: true })
    fc.assert(
      fc.property(figure, figure, (a, b) => {
        const [better, worse] = limit.side === 'over' ? [Math.min(a, b), Math.max(a, b)] : [Math.max(a, b), Math.min(a, b)]
        assert.ok(verdictLevels.indexOf(levelOf(limit, worse)) >= verdictLevels.indexOf(levelOf(limit, better)))
      }),
    )
    assert.ok(limit.reason.length > 20)
  })
}

test('the tightest class on a channel sets the distance of key frames [FAI-12]', () => {
  const tight = { ...classPolicies.A, gopMs: 1000 }
  assert.deepEqual([limitsOf([classPolicies.B, tight]).gopMs, limitsOf([classPolicies.C]).gopMs], [1000, 2000])
  assert.equal(limitsOf([classPolicies.B, tight]).keyframeDistance.warn, 1100)
})

test('a class that wants key frames further apart than platforms accept is never warned by what it wants', () => {
  const loose = limitsOf([{ ...classPolicies.C, gopMs: 8000 }]).keyframeDistance
  assert.equal(levelOf(loose, 8000), 'ok')
  assert.equal(levelOf(keyframeLimit(2000, null), 60_000), 'warn')
})
