import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Frame, ticksPerMs } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { ProgrammeBus } from '../bus/index.ts'
import { MediaStore } from '../store/index.ts'
import { Packager, RungPackager } from './index.ts'

const video = makeVideoTrack()
const small = makeVideoTrack('128x64')
const audio = makeAudioTrack()
const lagMs = 250

/** A source, and a rung of it that lags. The encoder has no B-frames: its frames are decoded when they are shown. */
function makeStage() {
  const clock = new FakeClock()
  const [bus, rungBus] = [new ProgrammeBus(), new ProgrammeBus()]
  const store = new MediaStore({ clock, maxSegments: 20, targetDurationS: 2 })
  const faults: unknown[] = []
  const options = { store, clock, segmentMs: 2000, partMs: 500, onFault: (error: unknown) => faults.push(error) }
  const packager = new Packager({ ...options, bus })
  const rung = new RungPackager({ ...options, bus: rungBus, rung: '720p' })
  bus.splice([video, audio])
  rungBus.splice([small])
  const send = (frames: readonly Frame[], encoded: (frame: Frame) => boolean = () => true): void => {
    const all = frames.map((frame) => ({ frame, atMs: frame.dts / ticksPerMs, to: bus }))
    const own = frames
      .filter((frame) => frame.track.kind === 'video' && encoded(frame))
      .map((frame) => ({ frame: { ...frame, track: small, dts: frame.pts }, atMs: frame.dts / ticksPerMs + lagMs, to: rungBus }))
      .sort((a, b) => a.frame.dts - b.frame.dts)
    for (const { frame, atMs, to } of [...all, ...own].sort((a, b) => a.atMs - b.atMs)) {
      clock.advance(Math.max(0, atMs - clock.nowMs()))
      to.putFrame(frame)
    }
  }
  const of = (id: string) => store.rendition(id)!.segments
  return { clock, bus, rungBus, store, packager, rung, send, faults, source: () => of('v_source'), rungs: () => of('v_720p') }
}

test('a rung that lags has the segments of the source: same numbers, moments, splices and key frames', () => {
  const { send, bus, rungBus, packager, source, rungs, faults } = makeStage()
  send(makeMedia({ video, audio, startMs: 1000, durationMs: 9000, reorderFrames: 2 }))
  bus.splice([video, audio])
  rungBus.splice([small])
  send(makeMedia({ video, audio, startMs: 14_000, durationMs: 6500, reorderFrames: 2 }))
  packager.finishSegment()
  assert.deepEqual(faults, [])
  const shown = source().filter(({ number }) => rungs().some((segment) => segment.number === number))
  assert.ok(shown.length >= 7, `${shown.length} segments`)
  for (const [i, segment] of shown.entries()) {
    const own = rungs()[i]!
    assert.deepEqual(
      [own.number, own.isSpliced, own.splices, own.isIndependent],
      [segment.number, segment.isSpliced, segment.splices, true],
    )
    assert.ok(Math.abs(own.startWallMs - segment.startWallMs) < 1, `${own.startWallMs - segment.startWallMs} ms`)
    if (own.isWhole && rungs()[i + 1]?.isSpliced === false) assert.ok(Math.abs(own.duration90k - segment.duration90k) <= 3000)
  }
})

test('a rung whose encoder was away has gaps, and the numbers of the source again behind them', () => {
  const { send, source, rungs } = makeStage()
  const isThere = ({ dts }: Frame): boolean => dts < 4000 * ticksPerMs || dts >= 9000 * ticksPerMs
  send(makeMedia({ video, audio, startMs: 1000, durationMs: 14_000 }), isThere)
  for (const [i, { number }] of rungs().entries()) assert.equal(number, rungs()[0]!.number + i)
  const whole = rungs().filter(({ isWhole }) => isWhole)
  for (const own of whole) {
    const segment = source().find(({ number }) => number === own.number)!
    assert.ok(Math.abs(own.duration90k - segment.duration90k) <= 6000, `${own.number}: ${own.duration90k} ${segment.duration90k}`)
  }
  assert.ok(whole.some(({ parts }) => parts.every(({ isGap }) => isGap)))
  assert.ok(
    !rungs()
      .at(-1)!
      .parts.some(({ isGap }) => isGap),
  )
})

test('a rung that nobody gets any longer leaves the store, and a closed one holds no timer', () => {
  const { send, store, rung, packager, clock } = makeStage()
  send(makeMedia({ video, audio, startMs: 1000, durationMs: 5000 }))
  rung.close(true)
  assert.equal(store.rendition('v_720p'), undefined)
  packager.close()
  assert.equal(clock.pendingTimers, 0)
})
