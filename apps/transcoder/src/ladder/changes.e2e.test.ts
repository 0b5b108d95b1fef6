// budget: 30 s: four ladders of some seconds
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import type { Frame, VideoTrack } from '@sluice/codecs/frame'
import { loadAv } from '../av/av.ts'
import { encode, hasFfmpeg, shift, x264 } from './testing/ffmpeg.ts'
import { LadderProcess } from './testing/ladder-process.ts'
import { audio, rungs, video } from './testing/rungs.ts'

const av = await loadAv()
const skip = !hasFfmpeg ? 'ffmpeg is not installed (apt install ffmpeg)' : typeof av === 'string' ? av : false
const ticks = 90_000
const kbpsOf = (frames: readonly Frame[], fromS: number, toS: number): number => {
  const part = frames.filter(({ dts }) => dts >= fromS * ticks && dts < toS * ticks)
  return (part.reduce((sum, { bytes }) => sum + bytes.length, 0) * 8) / 1000 / (toS - fromS)
}

test('a rung changes while it runs: bitrate and crop at once, size at a key frame, without a gap [OPS-02]', { skip }, async (t) => {
  const frames = encode(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=8,noise=alls=60:allf=t', ...x264(['-b:v', '3M'])])
  const part = (fromS: number, toS: number): Frame[] => frames.filter(({ dts }) => dts >= fromS * ticks && dts < toS * ticks)
  const ladder = new LadderProcess()
  t.after(() => ladder.kill())
  const start = video({ bitrateKbps: 800, gopMs: 1000, preset: 'ultrafast', fit: 'fill', cropAt: 0 })
  ladder.spec(rungs({ video: start }))
  ladder.source(1, 0)
  await ladder.feed(1, part(0, 2))
  ladder.spec(rungs({ video: { ...start, bitrateKbps: 300, cropAt: 1 } }))
  await ladder.feed(1, part(2, 5.5))
  assert.equal(ladder.rung(101).tracks.length, 1)
  ladder.spec(
    rungs({ video: { ...start, bitrateKbps: 300, width: 192, height: 108 } }, { video: video({ gopMs: 1000, width: 160, height: 90 }) }),
  )
  await ladder.feed(1, part(5.5, 8))
  ladder.end(1)
  assert.equal(await ladder.finish(), 0)
  const { video: made, tracks } = ladder.rung(101)
  assert.deepEqual(
    made.map(({ dts }) => dts),
    Array.from({ length: 240 }, (_, i) => i * 3000),
  )
  assert.ok(kbpsOf(made, 0, 2) > 550 && kbpsOf(made, 3.5, 5.5) < 340, `${kbpsOf(made, 0, 2)}, then ${kbpsOf(made, 3.5, 5.5)} kbps`)
  assert.deepEqual(
    tracks.map((track) => (track as VideoTrack).width),
    [320, 192],
  )
  const swap = made.find(({ track }) => (track as VideoTrack).width === 192)!
  assert.ok(swap.isKey && swap.dts % ticks === 0)
  const added = ladder.rung(102).video
  assert.ok(added[0]!.isKey && added.length > 40)
})

test('a child after another goes on behind its last frame, with a key frame at once and then on the grid [TRN-08]', { skip }, async (t) => {
  const frames = encode([
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=320x180:r=30:d=3',
    '-f',
    'lavfi',
    '-i',
    'sine=d=3:r=48000',
    ...x264(),
    '-c:a',
    'aac',
  ])
  const ladder = new LadderProcess()
  t.after(() => ladder.kill())
  const nextDts = 1.4 * ticks
  ladder.spec(rungs({ video: video({ gopMs: 1000 }), audio: audio(), nextDts }))
  ladder.source(1, 1.5 * ticks)
  await ladder.feed(1, frames)
  ladder.end(1)
  assert.equal(await ladder.finish(), 0)
  const { video: pictures, audio: sound } = ladder.rung(101)
  assert.equal(pictures[0]!.dts, 1.5 * ticks)
  assert.deepEqual(
    pictures.filter(({ isKey }) => isKey).map(({ dts }) => dts),
    [1.5 * ticks, 2 * ticks],
  )
  assert.ok(sound[0]!.dts >= 1.5 * ticks && sound[0]!.dts % 1920 === 0)
})

/** An SEI with one triplet of CEA-608 in front of a picture's slices. Spec: ATSC A/53 part 4 §6.2.3 */
const withCaption = (frame: Frame, a: number, b: number): Frame => {
  const payload = [0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03, 0x41, 0xff, 0xfc, a, b, 0xff]
  const unit = new Uint8Array([0x06, 0x04, payload.length, ...payload, 0x80])
  return { ...frame, bytes: concatBytes([new Uint8Array([0, 0, 0, unit.length]), unit, frame.bytes]) }
}
const captionsIn = ({ bytes }: Frame): string[] => {
  const at = Buffer.from(bytes).indexOf('GA94')
  if (at < 0) return []
  return Array.from({ length: bytes[at + 5]! & 0x1f }, (_, i) =>
    Buffer.from(bytes.subarray(at + 8 + i * 3, at + 10 + i * 3)).toString('hex'),
  )
}

test('captions come through scaling once, at the full rate and at half of it', { skip }, async (t) => {
  const plain = encode(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=2', ...x264()])
  const frames = plain.map((frame, i) => withCaption(frame, 0x20 + (i % 90), 0x21 + (i % 90)))
  const sent = frames.flatMap(captionsIn)
  const ladder = new LadderProcess()
  t.after(() => ladder.kill())
  ladder.spec(rungs({ video: video({ width: 160, height: 90 }) }, { video: video({ width: 160, height: 90, fps: { num: 15, den: 1 } }) }))
  ladder.source(1, 0)
  await ladder.feed(1, shift(frames, 0))
  ladder.end(1)
  assert.equal(await ladder.finish(), 0)
  assert.deepEqual(ladder.rung(101).video.flatMap(captionsIn), sent)
  assert.deepEqual(ladder.rung(102).video.flatMap(captionsIn).slice(0, 58), sent.slice(0, 58))
})

test('a ladder rung has its key frames where the source has them, whatever their distance; the one beside it keeps the grid [TRN-06]', {
  skip,
}, async (t) => {
  const keys = [0, 0.7, 1.5, 3.2, 4.5]
  const frames = encode([
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=5', ...x264(['-g', '900', '-force_key_frames', keys.join(',')])],
  ])
  const ladder = new LadderProcess()
  t.after(() => ladder.kill())
  const small = { width: 160, height: 90 }
  ladder.spec(
    rungs(
      { video: video({ ...small, followsSourceKeys: true }) },
      { video: video(small) },
      { video: video({ ...small, followsSourceKeys: true, fps: { num: 15, den: 1 } }) },
    ),
  )
  ladder.source(1, 0)
  await ladder.feed(1, frames)
  ladder.end(1)
  assert.equal(await ladder.finish(), 0)
  const keysOf = (slot: number) =>
    ladder
      .rung(slot)
      .video.filter(({ isKey }) => isKey)
      .map(({ dts }) => Math.round((dts / ticks) * 30))
  assert.deepEqual(keysOf(101), [0, 21, 45, 96, 135])
  assert.deepEqual(keysOf(102), [0, 60, 120])
  // Half the frame rate: a key frame between two slots comes with the next.
  assert.deepEqual(keysOf(103), [0, 22, 46, 96, 136])
})

for (const codec of ['h264', 'h265'] as const) {
  test(`a slate, which is one ${codec} picture again and again, is shown in every slot of its time [FAI-10]`, { skip }, async (t) => {
    const flags =
      codec === 'h264' ? x264(['-bf', '2']) : ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:keyint=30']
    const frames = encode(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=3', ...flags, '-pix_fmt', 'yuv420p'])
    const key = frames.findLast(({ isKey }) => isKey)!
    const bytes = key.bytes.slice()
    // A CRA is sent as BLA: its picture order count may not come twice. Spec: ITU-T H.265 table 7-1
    if (codec === 'h265')
      for (let at = 0; at < bytes.length; at += 4 + ((bytes[at + 2]! << 8) | bytes[at + 3]!))
        if (bytes[at + 4]! >> 1 === 21) bytes[at + 4] = 18 << 1
    const ladder = new LadderProcess()
    t.after(() => ladder.kill())
    ladder.spec(rungs({ video: video({ preset: 'ultrafast' }) }))
    ladder.source(1, 0)
    const slate = Array.from({ length: 20 }, (_, i) => ({ ...key, bytes, dts: i * 9000, pts: i * 9000 + key.pts - key.dts }))
    await ladder.feed(1, slate)
    ladder.end(1)
    assert.equal(await ladder.finish(), 0)
    const { video: made } = ladder.rung(101)
    assert.ok(made.length >= 57, `${made.length} pictures of 60`)
    for (let i = 1; i < made.length; i++) assert.equal(made[i]!.dts - made[i - 1]!.dts, 3000)
  })
}
