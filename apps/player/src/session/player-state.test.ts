import { expect, test } from 'vitest'
import { nextPollMs, planRecovery } from './player-state.ts'

test('the server is asked every 2.5 s while it answers, and ever more seldom while it does not', () => {
  expect([0, 1, 2, 3, 4, 9].map((failures) => nextPollMs(failures, 0.5))).toEqual([2475, 2475, 4950, 9900, 14_850, 14_850])
  expect(nextPollMs(0, 0)).toBe(2200)
  expect(nextPollMs(0, 1)).toBe(2750)
})

test('a damaged segment restarts the decoder once, and then the whole stream', () => {
  const torn = { isFatal: true, kind: 'media' } as const
  expect(planRecovery(torn, Number.POSITIVE_INFINITY)).toBe('decoder')
  expect(planRecovery(torn, 1000)).toBe('reload')
})

test('a lost playlist leads back to the question whether the channel is live', () => {
  expect(planRecovery({ isFatal: true, kind: 'network' }, 0)).toBe('ask')
})

test('a codec that the browser lacks is waited out, not tried again and again', () => {
  expect(planRecovery({ isFatal: true, kind: 'codec' }, 0)).toBe('wait')
})

test('what hls.js recovers from itself is left alone', () => {
  expect(planRecovery({ isFatal: false, kind: 'media' }, 0)).toBe('none')
})
