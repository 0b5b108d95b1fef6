import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { ProgrammeBus } from '../bus/index.ts'
import { MediaStore } from '../store/index.ts'
import { Packager } from './index.ts'

const video = makeVideoTrack()

function makeStage() {
  const clock = new FakeClock()
  const faults: unknown[] = []
  const bus = new ProgrammeBus((error) => faults.push(error))
  const store = new MediaStore({ clock, maxSegments: 12, targetDurationS: 2 })
  new Packager({ bus, store, clock, segmentMs: 2000, partMs: 500 })
  return { bus, store, faults }
}

test('five minutes at 19 Mbit/s whose timestamps stand still are held as any other media: a window of them', () => {
  const { bus, store } = makeStage()
  const bytes = makeFrame(video, 0, { byteCount: 80_000 }).bytes
  for (let i = 0; i < 300 * 30; i++) bus.putFrame({ track: video, dts: 90_000 + i, pts: 90_000 + i, isKey: i % 60 === 0, bytes })
  const { segments } = store.renditions[0]!
  assert.ok(segments.length > 0, 'nothing was ever cut')
  const heldBytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  assert.equal(store.bytes, heldBytes)
  assert.ok(heldBytes <= 128 * 1024 * 1024, `${heldBytes} bytes`)
})

test('a frame that can not be packaged costs its segment, and the package goes on at the next key frame', () => {
  const { bus, store, faults } = makeStage()
  const feed = (fromMs: number, toMs: number, make: (frame: Frame) => Frame = (frame) => frame): void => {
    for (let ms = fromMs; ms < toMs; ms += 40) bus.putFrame(make(makeFrame(video, ms, { isKey: ms % 2000 === 0 })))
  }
  feed(1000 * 2, 8000)
  const before = store.segmentsTotal
  // A fragment can say no time before zero: writing it throws.
  bus.splice([video])
  feed(8000, 10_040, (frame) => ({ ...frame, dts: frame.dts - 1e6, pts: frame.dts - 1e6 }))
  feed(10_000, 20_000)
  assert.ok(faults.length >= 1)
  assert.ok(store.segmentsTotal >= before + 3, 'the package stood still after the fault')
})
