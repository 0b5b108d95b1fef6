import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { OutputActual } from '@sluice/contract/link'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannel, makeOutput, makeOutputActual } from '@sluice/testkit/rows'
import { formatBoard } from './board.ts'
import { readClip } from './clip.ts'
import { demoDestinations } from './destinations.ts'
import { LoopedSource } from './looped-source.ts'
import { readDemoOptions } from './options.ts'
import { openSink, type SinkFigures } from './sink-server.ts'
import { judgeDemo } from './verdict.ts'

const clip = readClip(readFileSync(path.join(import.meta.dirname, 'media/loop.flv')), 8000)

test('the clip is a whole number of frames, so that it can be looped for hours without drift', () => {
  const of = (kind: string) => clip.tags.filter((tag) => tag.kind === kind)
  assert.equal(of('video').length, 8 * 30)
  assert.equal(of('audio').length, (8 * 48_000) / 1024)
  assert.equal(clip.head.length, 2)
  assert.equal(clip.tags[0]?.offsetMs, 0)
  // The step over the seam is a frame long, as between any two frames.
  for (const [kind, frameMs] of [
    ['video', 1000 / 30],
    ['audio', 1024 / 48],
  ] as const) {
    const seamMs = 8000 - of(kind).at(-1)!.offsetMs
    assert.ok(Math.abs(seamMs - frameMs) < 1.5, `${kind}: ${seamMs} ms over the seam, about ${frameMs} expected`)
  }
})

test('the source sends two rounds in their time, and a revoked key cuts it off', async (t) => {
  const clock = new FakeClock(1000)
  const sink = await openSink('a-key', { type: 'revoke', afterMs: 16_000 }, clock)
  t.after(() => sink.close())
  let ended = ''
  const source = new LoopedSource({ clip, url: sink.url, streamKey: 'a-key', clock, onEnd: (failure) => (ended = failure.kind) })
  const until = async (isDone: () => boolean, what: string): Promise<void> => {
    const deadlineMs = performance.now() + 10_000
    while (!isDone()) {
      assert.ok(performance.now() < deadlineMs, `${what}: ${JSON.stringify(sink.figures)}`)
      await turn()
    }
  }
  await until(() => sink.figures.isConnected && source.bytesSent > 10_000, 'connected')
  for (let atMs = 500; atMs < 16_000; atMs += 500) {
    clock.advance(500)
    await until(() => sink.figures.videoFrames >= (atMs / 1000) * 30 - 1, `frames after ${atMs} ms`)
  }
  assert.ok(Math.abs(sink.figures.videoFrames - 465) <= 2, `${sink.figures.videoFrames} frames in 15.5 s, 465 expected`)
  clock.advance(1000)
  await until(() => ended !== '', 'cut off')
  assert.equal(ended, 'auth')
  assert.equal(sink.figures.isConnected, false)
})

test('a demo is judged by source, states and what really arrived', () => {
  const channel = makeChannel()
  const row = (name: string, state: OutputActual['state'], videoFrames: number) => ({
    output: makeOutput({ name, actual: makeOutputActual({ state }) }),
    received: { videoFrames, bytes: 1_234_567 } as SinkFigures,
  })
  const good = [row('Big platform', 'live', 300), row('Partner site', 'live', 300), row('Revoked key', 'failed', 10)]
  assert.deepEqual(judgeDemo(channel, good, demoDestinations, 10_000), [])
  const bad = [row('Big platform', 'backoff', 300), row('Partner site', 'live', 200), row('Revoked key', 'live', 10)]
  assert.deepEqual(judgeDemo({ ...channel, state: 'idle', source: 'none' }, bad, demoDestinations, 10_000), [
    'the channel is idle on source none',
    "'Big platform' is backoff, not live",
    "'Partner site' got 200 video frames, at least 250 were due",
    "'Revoked key' is live, not failed",
  ])
  assert.deepEqual(formatBoard(channel, good.slice(0, 1), 5000), [
    '   5 s  source live (primary)',
    '        Big platform  live       300 frames, 1.2 MB arrived',
  ])
})

test('--seconds is the demo’s own, all other flags are Sluice’s', () => {
  assert.deepEqual(readDemoOptions(['--http-port', '9000', '--seconds', '30']), { seconds: 30, flags: ['--http-port', '9000'] })
  assert.deepEqual(readDemoOptions(['--seconds=20', '--engines=2']), { seconds: 20, flags: ['--engines=2'] })
  assert.deepEqual(readDemoOptions([]), { seconds: null, flags: [] })
  assert.throws(() => readDemoOptions(['--seconds', '3']), /--seconds is '3', not a whole number of 20 or more/)
})
