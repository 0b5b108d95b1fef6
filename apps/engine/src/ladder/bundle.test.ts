import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { ProgrammeBus } from '@sluice/media/bus'
import { Rung, Rungs } from '@sluice/media/rung'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { Bundle } from './bundle.ts'

function makeBundle(names: readonly string[] = ['source', 'low']) {
  const clock = new FakeClock()
  const made = new Map(names.map((name) => [name, new Rung(name, new ProgrammeBus(), clock)]))
  const rungs = new Rungs([...made.values()])
  const bundle = new Bundle({ rungId: 'all', tracks: [...names] }, { clock, rungs, onFault: (error) => assert.fail(String(error)) })
  const frames: Frame[] = []
  bundle.rung.bus.join({ onTracks() {}, onSplice() {}, onFlush() {}, onFrame: (frame) => frames.push(frame) })
  const tracks = new Map(names.map((name) => [name, makeVideoTrack()]))
  const audio = makeAudioTrack()
  const put = (name: string, at: number): void => {
    const { bus } = made.get(name)!
    bus.putFrame(makeFrame(tracks.get(name)!, at * 40, { isKey: at % 25 === 0 }))
    bus.putFrame(makeFrame(audio, at * 40))
    bus.flush()
  }
  return { clock, rungs, bundle, frames, put }
}
const shown = ({ track, dts }: Frame): string => `${track.kind}${track.id} ${Math.round(dts / 90)}`

test('the pictures of each rung are a track, in order of time, with the sound of the first alone', () => {
  const { frames, put } = makeBundle()
  for (let at = 0; at < 30; at++) {
    put('source', at)
    // An encode is some frames behind.
    if (at >= 3) put('low', at - 3)
  }
  assert.deepEqual(frames.slice(0, 5).map(shown), ['video0 0', 'video1 0', 'audio0 0', 'video0 40', 'video1 40'])
  for (const [i, frame] of frames.entries()) assert.ok(i === 0 || frame.dts >= frames[i - 1]!.dts, shown(frame))
  const keys = frames.filter(({ track, isKey }) => track.kind === 'video' && isKey).map(shown)
  assert.deepEqual(keys, ['video0 0', 'video1 0', 'video0 1000', 'video1 1000'])
})

test('nothing leaves before every track is there, and it begins with a key frame of each', () => {
  const { clock, frames, bundle, put } = makeBundle(['source', 'low', 'lower'])
  for (let at = 0; at < 30; at++) {
    clock.advance(40)
    put('source', at)
    put('low', at)
  }
  assert.deepEqual([frames.length, bundle.rung.canBegin], [0, false])
  for (let at = 30; at < 60; at++) {
    clock.advance(40)
    for (const name of ['source', 'low', 'lower']) put(name, at)
  }
  assert.deepEqual(frames.slice(0, 4).map(shown), ['video0 2000', 'video1 2000', 'video2 2000', 'audio0 2000'])
  assert.equal(bundle.rung.canBegin, true)
})

test('a rung that stands still holds the others back by half a second and no more', () => {
  const { clock, frames, put } = makeBundle()
  for (let at = 0; at < 100; at++) {
    clock.advance(40)
    put('source', at)
    if (at < 25) put('low', at)
  }
  const last = frames.filter(({ track }) => track.kind === 'video' && track.id === 0).at(-1)!
  assert.ok(99 * 40 - last.dts / 90 <= 540, shown(last))
})

test('a rung that comes anew is taken up, and the lack of one is said', () => {
  const { clock, rungs, bundle, frames, put } = makeBundle()
  for (let at = 0; at < 30; at++) for (const name of ['source', 'low']) put(name, at)
  rungs.remove('low')
  bundle.tick(1000)
  assert.equal(bundle.rung.lacksEncoder, true)
  const again = new Rung('low', new ProgrammeBus(), clock)
  rungs.add(again)
  again.bytesPerSecond = 500
  bundle.tick(1000)
  assert.deepEqual([bundle.rung.lacksEncoder, bundle.rung.bytesPerSecond], [false, 1500])
  const before = frames.length
  const track = makeVideoTrack()
  for (let at = 50; at < 76; at++) {
    put('source', at)
    again.bus.putFrame(makeFrame(track, at * 40, { isKey: at % 25 === 0 }))
    again.bus.flush()
  }
  assert.ok(frames.slice(before).some(({ track: { id } }) => id === 1))
  bundle.close()
})
