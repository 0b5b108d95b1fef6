import type { StoredEvent } from '@sluice/contract/events'
import { expect, test } from 'vitest'
import { withEvent, withItem, without } from './apply-message.ts'

const event = (id: string, at: string): StoredEvent => ({
  id,
  at,
  name: 'output.live',
  severity: 'info',
  channelId: 'c',
  subjectId: null,
  message: '',
  data: {},
})

test('a changed entry keeps its place and a new one goes to the end', () => {
  const list = [
    { id: 'a', n: 1 },
    { id: 'b', n: 1 },
  ]
  expect(withItem(list, { id: 'a', n: 2 }).map((item) => item.id + item.n)).toEqual(['a2', 'b1'])
  expect(withItem(list, { id: 'c', n: 1 }).map((item) => item.id)).toEqual(['a', 'b', 'c'])
  expect(without(list, 'a').map((item) => item.id)).toEqual(['b'])
})

test('events stand newest first and a resent one is kept once', () => {
  const list = [event('2', '2026-01-01T00:00:02Z'), event('1', '2026-01-01T00:00:01Z')]
  expect(withEvent(list, event('3', '2026-01-01T00:00:03Z')).map((e) => e.id)).toEqual(['3', '2', '1'])
  expect(withEvent(list, event('0', '2026-01-01T00:00:00Z')).map((e) => e.id)).toEqual(['2', '1', '0'])
  expect(withEvent(list, event('2', '2026-01-01T00:00:02Z')).map((e) => e.id)).toEqual(['2', '1'])
})
