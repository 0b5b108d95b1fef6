import type { Destination } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { rotationWords } from './rotation-words.ts'

const nowMs = Date.parse('2026-03-10T12:00:00Z')
const rotating: Destination = {
  id: 'd',
  name: 'D',
  platform: 'custom',
  url: 'rtmp://h/app',
  hasKey: true,
  keyHint: 'abcd',
  class: 'B',
  tlsVerify: true,
  credential: 'rotating',
  guest: null,
  channelIds: null,
  rotateEveryDays: null,
  rotationDueAt: null,
  nextRotation: null,
  lastRotation: null,
  lastUsedAt: null,
  createdAt: '2026-03-01T00:00:00Z',
  updatedAt: '2026-03-01T00:00:00Z',
  usedByOutputs: 1,
}
const rotation = (state: 'pending' | 'applied' | 'partial' | 'failed', ...outputs: ('pending' | 'applied' | 'failed' | 'idle')[]) => ({
  at: '2026-03-09T00:00:00Z',
  by: 'Ann',
  state,
  outputs: outputs.map((one, i) => ({ outputId: String(i), name: String(i), state: one, reason: null })),
})

test('a static key has nothing to say, a guest key whose it is', () => {
  expect(rotationWords({ ...rotating, credential: 'static' }, nowMs)).toEqual([])
  expect(rotationWords({ ...rotating, credential: 'guest', guest: 'Band' }, nowMs)[0]?.text).toBe('Guest Band')
})

test('a due date that has passed is a warning', () => {
  expect(rotationWords({ ...rotating, rotationDueAt: '2026-03-11T00:00:00Z' }, nowMs)[0]?.tone).toBe('calm')
  const [over] = rotationWords({ ...rotating, rotationDueAt: '2026-03-09T00:00:00Z' }, nowMs)
  expect(over?.tone).toBe('warn')
  expect(over?.text).toMatch(/^Overdue since/)
})

test('the outcome of the last rotation is shown, and a failure as a failure', () => {
  const words = (last: Destination['lastRotation']) => rotationWords({ ...rotating, lastRotation: last }, nowMs).at(-1)
  expect(words(rotation('applied', 'applied'))?.text).toMatch(/in use everywhere$/)
  expect(words(rotation('pending', 'pending', 'applied'))?.text).toMatch(/1 output switching$/)
  expect(words(rotation('pending', 'idle'))?.text).toMatch(/not used yet$/)
  expect(words(rotation('partial', 'failed', 'applied'))).toEqual({ text: expect.stringMatching(/failed on 1 output$/), tone: 'bad' })
})
