import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playbackLimits, playbackNotices } from './index.ts'

const flac = { kind: 'audio', codec: 'flac', codecString: 'flac', why: 'some-browsers' } as const

test('operators read of every track that not everybody plays, and viewers of it too', () => {
  const playback = { leftOut: [], limited: [flac] }
  assert.equal(playbackNotices({ playback }).length, 1)
  assert.deepEqual(
    playbackLimits({ playback }).map(({ kind }) => kind),
    ['audio'],
  )
  assert.deepEqual([playbackNotices(null), playbackNotices({})], [[], []])
})

test('a keyframe interval longer than a segment is told with what it means and what to set', () => {
  assert.deepEqual(playbackNotices({ playback: { leftOut: [], limited: [], longGopMs: 8333 } }), [
    'The keyframe interval is 8.3 s, longer than a segment of the player page: viewers start and change quality later. Set the encoder to 2 s.',
  ])
})
