import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeAmf0 } from '@sluice/protocols/rtmp'
import { NoteTally, readRelayedNotes, writeRelayedNotes } from './relayed-notes.ts'

test('notes go from engine to engine once each with their counts', () => {
  const tally = new NoteTally()
  for (let i = 0; i < 300; i++) tally.add({ code: 'codec-not-carried', media: 'audio', subject: 'MP2, PID 0x101' })
  tally.add({ code: 'broken-left-out', media: 'stream', subject: 'packets are missing', count: 7 })
  assert.deepEqual(readRelayedNotes(writeRelayedNotes(tally.take())), [
    { code: 'codec-not-carried', media: 'audio', subject: 'MP2, PID 0x101', count: 300 },
    { code: 'broken-left-out', media: 'stream', subject: 'packets are missing', count: 7 },
  ])
  assert.deepEqual(tally.take(), [])
})

test('a tally of ever new notes is bounded', () => {
  const tally = new NoteTally()
  for (let i = 0; i < 10_000; i++) tally.add({ code: 'track-not-carried', media: 'data', subject: `PID ${i}` })
  assert.ok(tally.take().length <= 24)
})

test('what is no note, or no AMF at all, is none', () => {
  for (const body of [
    writeAmf0(['onMetaData', {}]),
    writeAmf0(['onSluiceNotes', '{']),
    writeAmf0(['onSluiceNotes', '[{"code":"x"}]']),
    Uint8Array.of(3, 0),
  ]) {
    assert.deepEqual(readRelayedNotes(body), [])
  }
})
