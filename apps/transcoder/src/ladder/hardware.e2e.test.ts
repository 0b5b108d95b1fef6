// budget: 40 s: five short ladders, on an encoder in hardware that is libx264 with faults
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { loadAv } from '../av/av.ts'
import { tryHardware } from './hardware-trial.ts'
import { type Faults, withFaultyHardware } from './testing/faulty-hardware.ts'
import { encode, hasFfmpeg, x264 } from './testing/ffmpeg.ts'
import { LadderProcess } from './testing/ladder-process.ts'
import { rungs, video } from './testing/rungs.ts'

const av = await loadAv()
const skip = !hasFfmpeg ? 'ffmpeg is not installed (apt install ffmpeg)' : typeof av === 'string' ? av : false
const main = path.join(import.meta.dirname, 'testing/faulty-ladder-main.ts')
const seconds = 3
const source = (): Frame[] => encode(['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=30:d=${seconds}`, ...x264()])

/** Two rungs that are meant for hardware, on such hardware. */
async function play(t: TestContext, faults: Faults): Promise<LadderProcess> {
  const ladder = new LadderProcess([main, JSON.stringify(faults)])
  t.after(() => ladder.kill())
  ladder.spec(rungs({ video: video({ encoder: 'nvenc', gopMs: 1000 }) }, { video: video({ encoder: 'nvenc', width: 160, height: 90 }) }))
  ladder.source(1, 0)
  await ladder.feed(1, source())
  ladder.end(1)
  assert.equal(await ladder.finish(), 0)
  return ladder
}
const changesOf = (ladder: LadderProcess): string[] =>
  ladder.said.flatMap((each) =>
    each.type === 'rung' && each.code === 'ENCODER_CHANGED' ? [`${each.slot} ${each.state}: ${each.message}`] : [],
  )
const timesOf = (ladder: LadderProcess, slot: number): number[] => ladder.rung(slot).video.map(({ dts }) => dts / 3000)

test('rungs are encoded in hardware, key frames on their grid', { skip }, async (t) => {
  const ladder = await play(t, {})
  assert.deepEqual(changesOf(ladder), [])
  assert.equal(timesOf(ladder, 101).length, seconds * 30)
  const keys = ladder.rung(101).video.filter(({ isKey }) => isKey)
  assert.deepEqual(
    keys.map(({ dts }) => dts),
    [0, 90_000, 180_000],
  )
})

test('the second session of hardware that has one is encoded by the processor, and says why', { skip }, async (t) => {
  const ladder = await play(t, { maxSessions: 1 })
  const changes = changesOf(ladder)
  assert.equal(changes.length, 1)
  assert.match(changes[0]!, /^102 running: the processor encodes it: h264_nvenc 160x90: open: .*memory/)
  for (const slot of [101, 102]) assert.equal(timesOf(ladder, slot).length, seconds * 30)
})

test('hardware that fails in mid-stream: the processor goes on with a key frame, one picture is missing, and the rung never fails', {
  skip,
}, async (t) => {
  const ladder = await play(t, { failAtFrame: 40 })
  const changes = changesOf(ladder)
  assert.deepEqual(
    changes.map((change) => change.slice(0, 11)),
    ['101 running', '102 running'],
  )
  const { video: made, tracks } = ladder.rung(101)
  assert.equal(made.length, seconds * 30 - 1)
  const first = made.find(({ dts }) => dts > 40 * 3000)!
  assert.equal(first.isKey, true)
  // The parameter sets are another encoder's: a new sequence header at that key frame.
  assert.equal(tracks.length, 2)
  assert.ok(made.every(({ dts }, i) => i === 0 || dts > made[i - 1]!.dts))
  assert.ok(!ladder.said.some((each) => each.type === 'rung' && each.state === 'failed'))
})

test('a trial says what an encoder has, and of one that fails why', { skip }, () => {
  const fake = (faults: Faults) => withFaultyHardware(av as Exclude<typeof av, string>, faults)
  const found = tryHardware(fake({ maxSessions: 3 }), { kind: 'nvenc', codec: 'h264' })
  assert.deepEqual(
    { ...found, cpuPercent: 0 },
    { kind: 'nvenc', codec: 'h264', maxWidth: 3840, maxHeight: 2160, maxSessions: 3, cpuPercent: 0 },
  )
  assert.ok(found.cpuPercent > 0)
  assert.throws(() => tryHardware(fake({ maxSessions: 0 }), { kind: 'nvenc', codec: 'h264' }), /h264_nvenc 1280x720: open: /)
  assert.throws(() => tryHardware(fake({ failAtFrame: 5 }), { kind: 'nvenc', codec: 'h264' }), /encode: /)
})
