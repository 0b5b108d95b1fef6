import type { StoredEvent } from '@sluice/contract/events'
import { expect, test } from 'vitest'
import { filterEvents, isEdit, mergeTimelines } from './event-look.ts'

const event = (id: string, at: number, severity = 'info', name = 'output.live'): StoredEvent =>
  ({ id, at: new Date(at).toISOString(), severity, name }) as StoredEvent

test('timelines of several channels become one, newest first', () => {
  const merged = mergeTimelines([[event('b', 2000), event('a', 1000)], [event('c', 1500)]], 10)
  expect(merged.map((item) => item.id)).toEqual(['b', 'c', 'a'])
  expect(mergeTimelines([merged], 2)).toHaveLength(2)
})

test('trouble is warnings and errors', () => {
  expect(filterEvents([event('a', 1), event('b', 2, 'warning'), event('c', 3, 'error')], 'trouble').map((item) => item.id)).toEqual([
    'b',
    'c',
  ])
})

test('edits are told apart from what happened to media', () => {
  expect(isEdit(event('a', 1, 'info', 'output.updated'))).toBe(true)
  expect(isEdit(event('a', 1))).toBe(false)
})
