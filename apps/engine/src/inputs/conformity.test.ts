import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConformityMonitor, compareInputs, type InputShape } from './conformity.ts'

const video = { codec: 'h264', codecString: 'avc1.64001f', profile: 'High 3.1', width: 1280, height: 720, declaredFps: null }
const audio = { codec: 'aac', codecString: 'mp4a.40.2', sampleRate: 48_000, channels: 2 }
const shape: InputShape = { video, audio, fps: 30, gopMs: 2000 }

const cases: { name: string; backup: InputShape; want: string[] }[] = [
  { name: 'the same twice is alike', backup: shape, want: [] },
  { name: 'a rate that wavers is alike', backup: { ...shape, fps: 29.6, gopMs: 2100 }, want: [] },
  { name: 'a rate not measured yet is alike', backup: { ...shape, fps: null, gopMs: null }, want: [] },
  {
    name: 'another codec breaks',
    backup: { ...shape, video: { ...video, codec: 'h265', profile: 'Main 3.1' } },
    want: ['videoCodec breaks h264 h265'],
  },
  {
    name: 'another profile does nothing',
    backup: { ...shape, video: { ...video, profile: 'Main 3.1' } },
    want: ['profile none High 3.1 Main 3.1'],
  },
  {
    name: 'another size is seen',
    backup: { ...shape, video: { ...video, width: 640, height: 360 } },
    want: ['size seen 1280x720 640x360'],
  },
  { name: 'another frame rate is seen', backup: { ...shape, fps: 25 }, want: ['fps seen 30 25'] },
  { name: 'another GOP does nothing', backup: { ...shape, gopMs: 4000 }, want: ['gop none 2 s 4 s'] },
  {
    name: 'another sample rate and layout are heard',
    backup: { ...shape, audio: { ...audio, sampleRate: 44_100, channels: 1 } },
    want: ['sampleRate seen 48000 Hz 44100 Hz', 'channels seen 2 1'],
  },
  { name: 'no video breaks', backup: { ...shape, video: null }, want: ['video breaks present none'] },
]
for (const { name, backup, want } of cases) {
  test(name, () => {
    assert.deepEqual(
      compareInputs(shape, backup).map(({ field, effect, primary, backup: other }) => `${field} ${effect} ${primary} ${other}`),
      want,
    )
  })
}

test('a verdict stands after three looks, keeps its age, and knows when both were last seen', () => {
  const watch = new ConformityMonitor()
  assert.deepEqual([watch.look(shape, shape, 1000), watch.look(shape, shape, 2000), watch.look(shape, shape, 3000)], [false, false, true])
  assert.equal(watch.look(shape, { ...shape, fps: 29.9 }, 4000), false)
  assert.deepEqual([watch.current.state, Date.parse(watch.current.since!), watch.current.lastComparedAt], ['alike', 3000, null])
  assert.equal(watch.look(shape, null, 5000), true)
  assert.equal(Date.parse(watch.current.lastComparedAt!), 4000)
  assert.equal(watch.look(null, null, 6000), false)
  for (const atMs of [7000, 8000, 9000]) watch.look(shape, { ...shape, video: null }, atMs)
  assert.deepEqual([watch.current.state, Date.parse(watch.current.since!)], ['differs', 9000])
})
