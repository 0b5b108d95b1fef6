import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maxInputNotices } from '@sluice/contract/link'
import { FakeClock } from '@sluice/testkit/clock'
import { InputNotices, type NoticeDraft } from './input-notices.ts'

const g711: NoticeDraft = { code: 'codec-not-carried', media: 'audio', subject: 'G.711 mu-law' }

test('a notice is told once and counted after that', () => {
  const told: NoticeDraft[] = []
  const clock = new FakeClock()
  const notices = new InputNotices(clock, (draft) => told.push(draft))
  for (let i = 0; i < 500; i++) notices.note(g711)
  assert.deepEqual(told, [g711])
  assert.equal(notices.list().length, 1)
})

test('a count that rises does not change the list before the next look, ten seconds later', async () => {
  const clock = new FakeClock()
  const notices = new InputNotices(clock, () => {})
  notices.note(g711)
  const first = notices.list()
  notices.note({ ...g711, count: 41 })
  assert.deepEqual(notices.list(), first)
  clock.advance(10_000)
  const [later] = notices.list()
  assert.equal(later?.count, 42)
  assert.equal(later?.isCurrent, false)
})

test('the list is bounded, and what does not fit is counted as more', () => {
  const told: NoticeDraft[] = []
  const clock = new FakeClock()
  const notices = new InputNotices(clock, (draft) => told.push(draft))
  for (let i = 0; i < 10_000; i++) notices.note({ code: 'track-not-carried', media: 'data', subject: `PID ${i}` })
  assert.equal(notices.list().length, maxInputNotices)
  assert.equal(told.length, maxInputNotices)
  assert.equal(notices.list().at(-1)?.code, 'more')
})

test('a new session begins with no notices', () => {
  const told: NoticeDraft[] = []
  const notices = new InputNotices(new FakeClock(), (draft) => told.push(draft))
  notices.note(g711)
  notices.clear()
  assert.deepEqual(notices.list(), [])
  notices.note(g711)
  assert.equal(told.length, 2)
})
