import type { GuardView } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { guardSentence } from './guard-sentence.ts'

const view: GuardView = {
  state: 'gathering',
  lossShares: [0.012, null],
  failureShare: 0.004,
  minutes: 2,
  minutesNeeded: 5,
  lossLimit: 0.02,
  failureLimit: 0.03,
}

test('the sentence says what would happen, what is seen, and what is missing [OPS-05]', () => {
  expect(guardSentence(false, null)).toContain('Off. When armed: after five minutes in which more than 2 % is lost')
  expect(guardSentence(true, { ...view, minutes: 0, lossShares: [] })).toContain('none is complete yet')
  expect(guardSentence(true, view)).toBe(
    'Armed, 2 of 5 minutes seen: at most 1.2 % lost a minute (limit 2.0 %), outputs down 0.4 % (limit 3.0 %).',
  )
  expect(guardSentence(true, { ...view, state: 'held' })).toContain('Rolled back; 2 of 5 minutes of stability seen')
  expect(guardSentence(true, { ...view, state: 'steady', minutes: 5 })).toContain('Armed and watching')
})
