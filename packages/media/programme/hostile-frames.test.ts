import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { bufferPolicyOf, HlsView } from '../hls/index.ts'
import { Packager } from '../packager/index.ts'
import { MediaStore } from '../store/index.ts'
import { Programme } from './index.ts'

const megabyte = 1024 * 1024
const tracks = [makeVideoTrack(), makeAudioTrack(), makeVideoTrack('128x64', 1), makeAudioTrack(7)]

/** Clocks of encoders that are wrong: what the next frame's time is, from the one before, in ticks. */
const clocks: { name: string; next: (dts: number, random: SeededRandom) => number }[] = [
  { name: 'stand still', next: (dts) => dts },
  { name: 'go back', next: (dts) => dts - 3000 },
  { name: 'creep', next: (dts) => dts + 1 },
  { name: 'leap by hours', next: (dts, random) => dts + random.int(-3600, 3600) * 90_000 },
  { name: 'are anything below 2^50', next: (_, random) => random.int(-(2 ** 50), 2 ** 50) },
  { name: 'run a hundred times too fast', next: (dts) => dts + 300_000 },
]

for (const { name, next } of clocks) {
  test(`frames whose timestamps ${name} leave with rising ones, and nobody on their way holds more than its bounds (seed 81)`, () => {
    const random = randomFrom(81)
    const clock = new FakeClock()
    const faults: unknown[] = []
    const programme = new Programme({
      clock,
      policy: { lock: 'auto', triggerMs: 2500, holdMs: 30_000, slateMs: 60_000 },
      onSwitch() {},
      onReaderFault: (error) => faults.push(error),
    })
    const input = programme.addInput('primary')
    const store = new MediaStore({ clock, maxSegments: 6, targetDurationS: 2 })
    const policy = bufferPolicyOf({ segmentMs: 2000, partMs: 500, windowSegments: 6 })
    const hls = new HlsView({ store, clock, policy, onReady() {} })
    const onFault = (error: unknown): void => void faults.push(error)
    const packager = new Packager({ bus: programme.bus, store, clock, segmentMs: 2000, partMs: 500, onFault })
    const last = new Map<string, number>()
    programme.bus.join({
      onTracks() {},
      onSplice() {},
      onFlush() {},
      onFrame({ track, dts, pts }: Frame) {
        const key = `${track.kind}${track.id}`
        assert.ok(Number.isSafeInteger(dts) && Number.isSafeInteger(pts) && dts >= 0 && pts >= dts, `${dts} ${pts}`)
        assert.ok(dts > (last.get(key) ?? -1), `${key}: ${last.get(key)} -> ${dts}`)
        last.set(key, dts)
      },
    })
    programme.openInput('primary')
    let dts = 0
    for (let i = 0; i < 12_000; i++) {
      dts = next(dts, random)
      const track = tracks[random.int(0, 9) < 8 ? i % 2 : random.int(0, 3)]!
      const byteCount = random.int(0, 19) === 0 ? 200_000 : random.int(0, 3000)
      const frame = makeFrame(track, 0, { isKey: track.kind === 'audio' || random.int(0, 59) === 0, byteCount })
      programme.putFrame('primary', { ...frame, dts, pts: dts + random.int(-9000, 90_000_000) })
      if (i % 2 === 0) clock.advance(20)
      if (i % 500 === 0) {
        const gops = [input.gop, programme.bus.gop]
        for (const gop of gops) {
          assert.ok(gop.length <= 6601 && gop.reduce((sum, { bytes }) => sum + bytes.length, 0) <= 33 * megabyte)
        }
        const list = Buffer.concat(hls.file('media.m3u8')?.body ?? []).toString()
        assert.ok(store.bytes <= 129 * megabyte, `${store.bytes}`)
        assert.doesNotMatch(list, /NaN|Infinity|EXTINF:-/)
      }
    }
    assert.deepEqual(faults, [])
    programme.close()
    packager.close()
  })
}
