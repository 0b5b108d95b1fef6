import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InputActual, InputStats } from '@sluice/contract/link'
import { SourceWindow } from './source-window.ts'

const input = {
  inputId: 'in',
  video: { codec: 'h264', width: 1920, height: 1080 },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2 },
} as InputActual

/** One second of a source of 3000 kbit/s in the mean: a key frame of 1500 kbit, and what is left spread over the GOP. */
function second(at: number, gopSeconds: number): InputStats {
  const key = at % gopSeconds === 0 ? 1_500_000 : 0
  const videoBps = key + 3_000_000 - 1_500_000 / gopSeconds
  const gopMs = gopSeconds * 1000
  return { videoBps, audioBps: 128_000, fps: 30, gopMs, keyframes: { count: 3, minMs: gopMs, maxMs: gopMs } } as InputStats
}

test('the rate of a source is the same whatever second of its GOP the first figures come from', () => {
  for (const gopSeconds of [1, 2, 3, 4]) {
    for (let from = 0; from < gopSeconds; from++) {
      const window = new SourceWindow()
      for (let at = 0; at < 14; at++) {
        window.note(input, second(from + at, gopSeconds))
        const facts = window.facts(input)
        if (facts === null) continue
        assert.equal(facts.video?.kbps, 3000, `GOPs of ${gopSeconds} s, from second ${from}, after ${at + 1} s`)
      }
    }
  }
})

test('a source is not known before each of its tracks is', () => {
  const window = new SourceWindow()
  const track = { track: 1, codec: 'h264', width: 640, height: 360, fps: 30, videoBps: 900_000, gopMs: null }
  for (let at = 0; at < 7; at++) window.note(input, { ...second(at, 2), renditions: [track] })
  assert.equal(window.facts(input), null)
  window.note(input, { ...second(7, 2), renditions: [{ ...track, gopMs: 2000 }] })
  assert.deepEqual(window.facts(input)?.renditions, [{ track: 1, codec: 'h264', width: 640, height: 360, fps: 30, kbps: 900, gopMs: 2000 }])
})

test('HDR comes from the configuration and captions from any second of the window', () => {
  const window = new SourceWindow()
  const hdr = { ...input, video: { ...input.video!, hdr: 'pq' as const } }
  for (let at = 0; at < 10; at++) window.note(hdr, { ...second(at, 2), ...(at === 3 ? { hasCaptions: true as const } : {}) })
  const { hdr: found, hasCaptions } = window.facts(hdr)?.video ?? {}
  assert.deepEqual([found, hasCaptions], ['pq', true])
  for (let at = 0; at < 10; at++) window.note(input, second(at, 2))
  assert.deepEqual(Object.keys(window.facts(input)?.video ?? {}), ['codec', 'width', 'height', 'fps', 'kbps', 'gopMs', 'minGopMs'])
})
