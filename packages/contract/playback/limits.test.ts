import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playbackLimits, playbackNotices } from './index.ts'

const flac = { kind: 'audio', codec: 'flac', codecString: 'flac', why: 'some-browsers' } as const

test('operators read what the player page leaves out of the timed data, and no viewer is limited by it', () => {
  const playback = { leftOut: [], limited: [flac], data: ['amf0', 'scte35'] }
  assert.deepEqual(playbackNotices({ playback }).slice(1), [
    'The player page leaves out the cue points and text data of the source.',
    'The player page leaves out the scte35 data of the source.',
  ])
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
