import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EngineEvent, EventDraft } from '@sluice/contract/link'
import { FakeClock } from '@sluice/testkit/clock'
import { EventBacklog } from './event-backlog.ts'

const draft: EventDraft = { name: 'input.warned', severity: 'info', channelId: 'c', subjectId: null, message: 'black' }

test('events are numbered from 0, stamped and told at once', () => {
  const told: EngineEvent[] = []
  const log = new EventBacklog(new FakeClock(1000), (event) => told.push(event))
  log.add(draft)
  log.add({ ...draft, data: { fault: 'black' } })
  assert.deepEqual(
    told.map(({ seq, at, data }) => [seq, at, data]),
    [
      [0, '2023-11-14T22:13:21.000Z', {}],
      [1, '2023-11-14T22:13:21.000Z', { fault: 'black' }],
    ],
  )
})

test('a control that was away gets what came after the last event that it has', () => {
  const log = new EventBacklog(new FakeClock(), () => {})
  for (let i = 0; i < 5; i++) log.add(draft)
  assert.deepEqual(
    log.after(2).map(({ seq }) => seq),
    [3, 4],
  )
  assert.equal(log.after(-1).length, 5)
  assert.deepEqual(log.after(99), [])
})

test('the last ten thousand are kept, and little more', () => {
  const log = new EventBacklog(new FakeClock(), () => {})
  for (let i = 0; i < 30_000; i++) log.add(draft)
  const kept = log.after(-1)
  assert.ok(kept.length >= 10_000 && kept.length <= 11_000, `${kept.length}`)
  assert.equal(kept.at(-1)!.seq, 29_999)
})
