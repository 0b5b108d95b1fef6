import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { TimestampMonitor } from './index.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
const cases: { name: string; dtsMs: (i: number) => number; nowMs?: (i: number) => number; still: boolean }[] = [
  { name: 'runs', dtsMs: (i) => i * 40, still: false },
  { name: 'stands still', dtsMs: () => 7, still: true },
  { name: 'goes back', dtsMs: (i) => 1e6 - i * 40, still: true },
  { name: 'creeps', dtsMs: (i) => i, still: true },
  { name: 'runs at half speed', dtsMs: (i) => i * 20, still: false },
  {
    name: 'catches up after a hang of 20 s',
    dtsMs: (i) => i * 40,
    nowMs: (i) => (i < 250 ? i * 40 : i < 750 ? 30_000 : i * 40),
    still: false,
  },
]
for (const { name, dtsMs, nowMs = (i: number) => i * 40, still } of cases) {
  test(`a clock that ${name} is ${still ? 'seen' : 'no news'}`, () => {
    for (const track of [video, audio]) {
      const watch = new TimestampMonitor()
      const seen = Array.from({ length: 1000 }, (_, i) => watch.add(makeFrame(track, dtsMs(i)), nowMs(i)))
      assert.equal(seen.includes(true), still)
    }
  })
}
