import type { GuardView } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { guardSentence } from './guard-sentence.ts'

const view: GuardView = {
  state: 'gathering',
  lossShares: [0.012, null],
  failureShare: 0.004,
  minutes: 2,
  minutesNeeded: 5,
  endsAt: null,
  lossLimit: 0.02,
  failureLimit: 0.03,
}

const idle = { isActive: false, isAutomatic: false }

test('the sentence says what would happen, what is seen, and what is missing [OPS-05]', () => {
  expect(guardSentence(false, undefined)).toContain('Off. When armed, Sluice rolls back after five minutes in which input loss is above 2%')
  expect(guardSentence(true, { ...idle, guard: { ...view, minutes: 0, lossShares: [] } })).toContain('the first one is not complete yet')
  expect(guardSentence(true, { ...idle, guard: view })).toBe(
    'Armed, 2 of 5 minutes measured: highest input loss 1.2% (limit 2.0%), outputs down 0.4% of the time (limit 3.0%).',
  )
  expect(guardSentence(true, { ...idle, guard: { ...view, state: 'steady', minutes: 5 } })).toContain('Armed and watching')
})

test('a rollback says how it ends: automatically once stable if it started automatically, else by hand [OPS-06]', () => {
  const guard = { ...view, state: 'held' as const }
  expect(guardSentence(true, { isActive: true, isAutomatic: true, guard })).toContain(
    'until 5 minutes in a row are within both limits. Last 2 minutes: highest input loss',
  )
  expect(guardSentence(true, { isActive: true, isAutomatic: false, guard })).toContain('ends by hand')
})
