import type { StoredEvent } from '@sluice/contract/events'
import { expect, test } from 'vitest'
import { deletedChannels, filterEvents, isEdit } from './event-look.ts'

const event = (id: string, at: number, severity = 'info', name = 'output.live'): StoredEvent =>
  ({ id, at: new Date(at).toISOString(), severity, name }) as StoredEvent

test('channels that were deleted are named by their events', () => {
  const on = (id: string, channelId: string | null): StoredEvent => ({ ...event(id, 1000), channelId })
  expect(deletedChannels([on('c', 'gone'), on('b', 'here'), on('a', null), on('0', 'gone')], [{ id: 'here' }])).toEqual(['gone'])
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
