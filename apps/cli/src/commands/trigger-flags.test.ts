import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTriggers } from './trigger-flags.ts'

test('triggers are read as they are named, and what is not named is left alone', () => {
  assert.deepEqual(readTriggers({}), {})
  assert.deepEqual(readTriggers({ black: '4000', frozen: 'off', silent: '10000', lowBitrate: '25', missingKeys: 'on', lostAudio: 'off' }), {
    noKeyFrame: true,
    bitrateShare: 0.25,
    audioLoss: false,
    blackMs: 4000,
    freezeMs: 0,
    silenceMs: 10_000,
  })
})

test('what is no value is refused with what was expected', () => {
  assert.throws(() => readTriggers({ black: '4s' }), /--black is '4s', not whole milliseconds or off/)
  assert.throws(() => readTriggers({ lowBitrate: '-1' }), /--low-bitrate is '-1', not whole percent or off/)
  assert.throws(() => readTriggers({ stalledTime: 'yes' }), /--stalled-time is 'yes', not on or off/)
})
