import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventName } from '../events/index.ts'
import { type EventDraft, faultOfData } from './index.ts'

const about = { severity: 'info', channelId: 'c', subjectId: null, message: 'm' } as const

test('every event name has its data, and no other name has', () => {
  for (const name of EventName.options) assert.notEqual(faultOfData(name, 'a text'), null, name)
})

test('wrong data is told with the event, the field and what is wrong', () => {
  assert.equal(faultOfData('source.taken', { role: 'backup2' }), null)
  assert.match(faultOfData('source.taken', { role: 'backup9' }) ?? '', /^data of source\.taken: role: /)
  assert.match(faultOfData('source.taken', {}) ?? '', /^data of source\.taken: role: /)
  assert.match(faultOfData('latency.drifted', { msPerMinute: 'much', ownMs: 3 }) ?? '', /^data of latency\.drifted: msPerMinute: /)
})

test('data of a newer engine that says more is no fault', () => {
  assert.equal(faultOfData('input.refused', { code: 'unknown-key', more: 3, since: 'noon' }), null)
})

test('an emitter that gives wrong data, or none where some is due, does not compile', () => {
  const fits: EventDraft[] = [
    { ...about, name: 'source.taken', data: { role: 'backup' } },
    { ...about, name: 'input.lost' },
  ]
  const wrong: EventDraft[] = [
    // @ts-expect-error no such role
    { ...about, name: 'source.taken', data: { role: 'spare' } },
    // @ts-expect-error the role is missing
    { ...about, name: 'source.taken' },
    // @ts-expect-error this event has no figures
    { ...about, name: 'input.lost', data: { reason: 'gone' } },
    // @ts-expect-error no such event
    { ...about, name: 'source.stolen' },
  ]
  assert.equal(fits.length + wrong.length, 6)
})
