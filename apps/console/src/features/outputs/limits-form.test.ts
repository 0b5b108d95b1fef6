import type { Output } from '@sluice/contract/api'
import { classPolicies } from '@sluice/contract/policy'
import { makeOutput } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { fromClass, limitsFormOf, limitsOutside, limitsPatch } from './limits-form.ts'

const limits = { maxVideoKbps: 3000, retry: { baseMs: 2000 } }
const output = makeOutput({ limits })
const form = limitsFormOf(limits)

test('empty fields are the class’s, and only what differs is sent', () => {
  expect([form.maxVideoKbps, form.queueMs, form['retry.baseMs']]).toEqual([3000, '', 2000])
  expect(limitsPatch(form, limits)).toBeUndefined()
  expect(limitsPatch({ ...form, queueMs: 900, maxVideoKbps: '' }, limits)).toEqual({ queueMs: 900, maxVideoKbps: null })
  expect(limitsPatch({ ...form, 'retry.baseMs': '', 'retry.maxAttempts': 4 }, limits)).toEqual({ retry: { baseMs: null, maxAttempts: 4 } })
})

test('a limit outside the class is shown before it is sent, a new class is checked for all limits, and an override is not asked for again', () => {
  expect(limitsOutside({ ...form, queueMs: 4001 }, output, classPolicies.B)).toEqual(['Queue 4.001 s; class B allows at most 4 s.'])
  const wide = makeOutput({ limits: { maxVideoKbps: 4500 } })
  expect(limitsOutside(limitsFormOf(wide.limits), wide, classPolicies.C)).toHaveLength(1)
  const answered: Output = { ...wide, overrides: [{ field: 'limits.maxVideoKbps', found: 4500, reason: 'agreed', by: 'Ada', at: '' }] }
  expect(limitsOutside(limitsFormOf(wide.limits), answered, classPolicies.C)).toEqual([])
})

test('the empty field says what the class gives, and the line above it what it allows', () => {
  expect(fromClass('retry.maxAttempts', classPolicies.A)).toEqual({ usual: 'no limit', allowed: 'any value' })
  expect(fromClass('targetVideoKbps', classPolicies.B)).toEqual({ usual: 'same as source', allowed: '1500 to 5000 kbps' })
})
