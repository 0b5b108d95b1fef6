import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRbsp } from '@sluice/codecs/bits'
import { readNalUnits } from '@sluice/codecs/nal'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { PerformanceMetrics } from './performance-metrics.ts'

const wallMs = Date.parse('2026-11-30T08:00:00.250Z')
const text = (unit: Uint8Array): string => new TextDecoder('latin1').decode(readRbsp(unit, 0))

test('a key frame of each track has times and counters before its picture, and others are untouched', () => {
  const metrics = new PerformanceMetrics(2)
  const tracks = [makeVideoTrack(), { ...makeVideoTrack(), id: 1 }]
  for (let at = 0; at < 50; at++) {
    for (const track of tracks) {
      const frame = { ...makeFrame(track, at * 40, { isKey: at % 25 === 0 }), readMs: 900 }
      const marked = metrics.mark(frame, 1000, wallMs)
      if (!frame.isKey) {
        assert.equal(marked, frame)
        continue
      }
      const units = readNalUnits(marked.bytes, 4)
      assert.deepEqual(
        units.map((unit) => unit[0]! & 31),
        [6, 6, 6, 5],
      )
      assert.match(text(units[0]!), /2026-11-30T08:00:00\.150Z.+2026-11-30T08:00:00\.250Z/s)
      // Tag and 32 bits: frames that went in, were skipped and came out.
      const counters = readRbsp(units[2]!, 0).slice(-17)
      const count = at === 0 ? 1 : 25
      assert.deepEqual([...counters.slice(0, 16)], [2, 1, 0, 0, 0, count, 2, 0, 0, 0, 0, 3, 0, 0, 0, count])
      assert.equal(new PerformanceMetrics(2).mark({ ...marked }, 1000, wallMs).bytes, marked.bytes, 'not twice')
    }
  }
})

test('a picture whose units can’t be told apart goes as it came', () => {
  const metrics = new PerformanceMetrics(1)
  const frame = makeFrame({ ...makeVideoTrack(), codec: 'h265' }, 0, { isKey: true })
  assert.equal(metrics.mark(frame, 0, wallMs), frame)
})
