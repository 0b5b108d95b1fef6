import type { StoredEvent } from '@sluice/contract/events'
import { expect, test } from 'vitest'
import { groupRetries } from './group-events.ts'

let seq = 0
const event = (name: StoredEvent['name'], subjectId: string | null, second: number): StoredEvent => ({
  id: String(++seq),
  at: new Date(second * 1000).toISOString(),
  name,
  severity: 'info',
  channelId: 'c',
  subjectId,
  message: `${name} ${subjectId}`,
  data: {},
})

test('retries of one output are one line, with its count, its reason and since when', () => {
  const lines = groupRetries([
    event('output.connecting', 'a', 9),
    event('output.backoff', 'a', 8),
    event('input.connected', 'i', 7),
    event('output.connecting', 'a', 6),
    event('output.backoff', 'a', 5),
    event('output.live', 'a', 1),
  ])
  expect(lines.map(({ event: { name }, count }) => [name, count])).toEqual([
    ['output.backoff', 4],
    ['input.connected', 1],
    ['output.live', 1],
  ])
  expect(Date.parse(lines[0]!.sinceAt)).toBe(5000)
  expect(Date.parse(lines[0]!.event.at)).toBe(9000)
})

test('outputs are not mixed, and being live in between parts two runs', () => {
  const lines = groupRetries([
    event('output.backoff', 'a', 9),
    event('output.backoff', 'b', 8),
    event('output.live', 'a', 7),
    event('output.backoff', 'a', 6),
    event('output.backoff', 'b', 5),
  ])
  expect(lines.map(({ event: { message }, count }) => [message, count])).toEqual([
    ['output.backoff a', 1],
    ['output.backoff b', 2],
    ['output.live a', 1],
    ['output.backoff a', 1],
  ])
})
