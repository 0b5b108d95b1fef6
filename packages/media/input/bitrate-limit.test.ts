import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { BitrateLimit, type LimitVerdict } from './index.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
const limitBps = 8_000_000

/** Verdicts of an encoder of `bps` and 25 fps with a GOP of 2 s, from `fromMs` on. `atMs`: when the i-th frame comes. */
function feed(limit: BitrateLimit, bps: number, seconds: number, atMs: (i: number) => number = (i) => i * 40): LimitVerdict[] {
  const byteCount = Math.round(bps / 8 / 25)
  return Array.from({ length: seconds * 25 }, (_, i) => limit.admit(makeFrame(video, i * 40, { isKey: i % 50 === 0, byteCount }), atMs(i)))
}
const count = (verdicts: readonly LimitVerdict[], one: LimitVerdict): number => verdicts.filter((verdict) => verdict === one).length

test('an encoder at its limit passes whole for an hour', () => {
  assert.equal(count(feed(new BitrateLimit(limitBps), limitBps * 0.99, 3600), 'passed'), 3600 * 25)
})

test('what a hang of half a minute held back passes in one burst', () => {
  const limit = new BitrateLimit(limitBps)
  const verdicts = feed(limit, limitBps / 4, 120, (i) => (i >= 1000 && i < 1750 ? 70_000 : i * 40))
  assert.equal(count(verdicts, 'passed'), 120 * 25)
})

test('an encoder of three times the limit is cut to it from key frame to key frame, and ended when it goes on', () => {
  const limit = new BitrateLimit(limitBps)
  const verdicts = feed(limit, limitBps * 3, 60)
  const endedAt = verdicts.indexOf('ended')
  assert.ok(endedAt > 20 * 25 && endedAt < 40 * 25, `ended after ${endedAt / 25} s`)
  const passed = verdicts.slice(0, endedAt)
  assert.ok(count(passed, 'passed') * ((limitBps * 3) / 8 / 25) <= (limitBps / 8) * (10 + endedAt / 25) * 1.01)
  for (const [i, verdict] of passed.entries()) {
    if (i > 0 && verdict === 'passed' && passed[i - 1] === 'left-out') assert.equal(i % 50, 0, 'pictures came back inside of a GOP')
  }
})

test('sound goes on while pictures are left out', () => {
  const limit = new BitrateLimit(limitBps)
  let heard = 0
  for (let i = 0; i < 375; i++) {
    limit.admit(makeFrame(video, i * 40, { isKey: i % 50 === 0, byteCount: 200_000 }), i * 40)
    if (limit.admit(makeFrame(audio, i * 40, { byteCount: 400 }), i * 40) === 'passed') heard++
  }
  assert.ok(heard > 370, `${heard} of 375`)
})

test('a short excess with calm behind it ends nothing', () => {
  const limit = new BitrateLimit(limitBps)
  for (let round = 0; round < 10; round++) {
    const fromMs = round * 60_000
    const verdicts = feed(limit, limitBps * 3, 8, (i) => fromMs + i * 40)
    assert.equal(count(verdicts, 'ended'), 0)
  }
})
