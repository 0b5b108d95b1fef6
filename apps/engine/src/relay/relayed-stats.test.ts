import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeAmf0 } from '@sluice/protocols/rtmp'
import type { SrtStats } from '@sluice/protocols/srt'
import { readRelayedStats, writeRelayedStats } from './relayed-stats.ts'

test('figures come out of a data message as they went in, unmeasured ones too', () => {
  const stats = { msRTT: 41.5, msRTTMin: null, pktRecvTotal: 7 } as SrtStats
  assert.deepEqual(readRelayedStats(writeRelayedStats(stats)), stats)
})

test('an encoder’s metadata is no figures', () => {
  assert.equal(readRelayedStats(writeAmf0(['onMetaData', { width: 1920 }])), null)
})
