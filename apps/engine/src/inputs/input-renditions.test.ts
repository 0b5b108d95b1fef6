import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ticksPerSecond } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeVideoTrack } from '@sluice/testkit/frames'
import { InputRenditions } from './input-renditions.ts'

const track = makeVideoTrack('64x64', 1)
/** Of each GOP of 2 s at 30 frames/s. */
const [keyBytes, frameBytes] = [30_000, 1000]
const gopBps = ((keyBytes + 59 * frameBytes) * 8) / 2

test('the rates of an encoding are those of whole GOPs behind the first, whenever it is read and however its frames arrive', async () => {
  const clock = new FakeClock()
  let out = 0
  const renditions = new InputRenditions(clock, () => out++)
  renditions.begin(true)
  const read: NonNullable<ReturnType<InputRenditions['stats']>['renditions']>[number][] = []
  for (let at = 0; at < 450; at++) {
    // In bursts of five, as a busy machine takes them off its socket.
    if (at % 5 === 0) await clock.advance(1000 / 6)
    const isKey = at % 60 === 0
    const dts = (at * ticksPerSecond) / 30
    const burst = at < 60 ? 2 : 1
    renditions.putFrame({ track, dts, pts: dts, isKey, bytes: new Uint8Array((isKey ? keyBytes : frameBytes) * burst) })
    if (at % 37 === 0) read.push(renditions.stats().renditions![0]!)
  }
  assert.equal(out, 450)
  const known = read.filter(({ gopMs }) => gopMs !== null)
  assert.ok(known.length >= 8, `${known.length} readings`)
  for (const one of known) assert.deepEqual([one.gopMs, one.fps, one.videoBps], [2000, 30, gopBps])
  for (const one of read) assert.ok(one.videoBps > 0)
})
