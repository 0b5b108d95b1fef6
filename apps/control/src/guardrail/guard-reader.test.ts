import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelStats } from '@sluice/contract/api'
import type { InputActual, LineStats } from '@sluice/contract/link'
import { makeLine } from '@sluice/testkit/engine-link'
import { GuardReader } from './guard-reader.ts'

type Second = {
  at: number
  line?: LineStats | null
  fps?: number
  inputId?: string
  outputs?: Record<string, [wantedS: number, liveS: number]>
  hasBroadcast?: boolean
}

function statsOf({ at, line = null, fps = 30, inputId = 'in', outputs = {}, hasBroadcast = true }: Second): ChannelStats {
  const success = { wantedMs: 0, liveMs: 0, share: null }
  const rest = { bitrateBps: 0, bytesTotal: 0, ackedBytesTotal: null, queueBytes: 0, queueMs: 0, framesDroppedTotal: 0, reconnectsTotal: 0 }
  const input = {
    inputId,
    bitrateBps: 0,
    videoBps: 0,
    audioBps: 0,
    fps,
    gopMs: null,
    framesTotal: 0,
    bytesTotal: 0,
    timestampJumpsTotal: 0,
  }
  return {
    channelId: 'c',
    at: new Date(at * 1000).toISOString(),
    inputs: [{ ...input, maxGapMs: 0, sessionMs: at * 1000, line }],
    outputs: Object.entries(outputs).map(([outputId, [wantedS, liveS]]) => ({
      outputId,
      ...rest,
      sessionMs: 0,
      line: null,
      publish: { wantedMs: wantedS * 1000, liveMs: liveS * 1000, share: null },
    })),
    playback: null,
    ...(hasBroadcast ? { broadcast: { ...success, startedAt: new Date(0).toISOString(), endedAt: null } } : {}),
  }
}
const onAir = [{ inputId: 'in', onAir: true }] as InputActual[]
const packets = (unique: number, lost: number, dropped = 0) =>
  makeLine({
    packetsTotal: unique,
    lostTotal: lost,
    droppedTotal: dropped,
  })

test('SRT loss is what was lost before recovery over what was due; a new session begins anew', () => {
  const reader = new GuardReader()
  assert.equal(reader.read(statsOf({ at: 1, line: packets(1000, 10) }), onAir), null)
  const reading = reader.read(statsOf({ at: 2, line: packets(1480, 30, 20) }), onAir)
  assert.deepEqual([reading?.lost, reading?.due, reading?.fromMs, reading?.toMs], [20, 500, 1000, 2000])
  const next = reader.read(statsOf({ at: 3, line: packets(200, 5) }), onAir)
  assert.deepEqual([next?.lost, next?.due], [0, 0])
})

test('over RTMP the frames that are missing of the running rate count, once that rate is known', () => {
  const reader = new GuardReader()
  for (let at = 1; at <= 30; at++) assert.equal(reader.read(statsOf({ at, fps: 30 }), onAir)?.due ?? 0, 0)
  reader.read(statsOf({ at: 31, fps: 30 }), onAir)
  const half = reader.read(statsOf({ at: 32, fps: 15 }), onAir)
  assert.deepEqual([half?.lost, half?.due], [15, 30])
  for (let at = 33; at <= 60; at++) reader.read(statsOf({ at, fps: 27 }), onAir)
  assert.equal(reader.read(statsOf({ at: 61, fps: 27 }), onAir)?.lost, 3, 'missing frames do not become the running rate')
  assert.equal(reader.read(statsOf({ at: 62, fps: 0 }), onAir)?.lost, 30, 'an input that is silent misses all')
})

test('the running rate of before a restart is taken up for the same input', () => {
  const reader = new GuardReader()
  reader.restoreFps('in', 25)
  reader.read(statsOf({ at: 1, fps: 20 }), onAir)
  assert.deepEqual(reader.read(statsOf({ at: 2, fps: 20 }), onAir)?.lost, 5)
})

test('failures are the time in which outputs were wanted and not live; a new broadcast or output begins anew', () => {
  const reader = new GuardReader()
  reader.read(statsOf({ at: 1, outputs: { a: [10, 10], b: [10, 0] } }), onAir)
  const reading = reader.read(statsOf({ at: 2, outputs: { a: [11, 11], b: [11, 0], c: [1, 0] } }), onAir)
  assert.deepEqual([reading?.downMs, reading?.wantedMs], [1000, 2000])
  const next = reader.read(statsOf({ at: 3, outputs: { a: [0.5, 0.5], b: [0.5, 0] } }), onAir)
  assert.deepEqual([next?.downMs, next?.wantedMs], [0, 0])
})

test('an engine that does not tell of publish success gives nothing to judge', () => {
  const reader = new GuardReader()
  for (let at = 1; at <= 3; at++) assert.equal(reader.read(statsOf({ at, line: packets(at * 100, at), hasBroadcast: false }), onAir), null)
})
