// budget: 60 s: six sources with sound, one of them in real time
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Frame } from '@sluice/codecs/frame'
import { loadAv } from '../av/av.ts'
import { decodeLuma, decodeSound, encode, hasFfmpeg, shift, x264 } from './testing/ffmpeg.ts'
import { LadderProcess, ladderOf } from './testing/ladder-process.ts'
import { audio, rungs, video } from './testing/rungs.ts'

const av = await loadAv()
const skip = !hasFfmpeg ? 'ffmpeg is not installed (apt install ffmpeg)' : typeof av === 'string' ? av : false
const ticks = 90_000

const levelDb = (samples: Float32Array, fromS: number, toS: number): number => {
  const part = samples.subarray(Math.round(fromS * 48_000), Math.round(toS * 48_000))
  return 10 * Math.log10(part.reduce((sum, value) => sum + value * value, 0) / part.length + 1e-12)
}

/** Frames of sound follow each other without a gap. */
function assertWhole(frames: readonly Frame[], frameTicks: number): void {
  for (let i = 1; i < frames.length; i++) assert.equal(frames[i]!.dts - frames[i - 1]!.dts, frameTicks)
}

/** Programme times at which `isOn` becomes true, for frames or samples of equal length. */
const onsets = (count: number, isOn: (i: number) => boolean, timeOf: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => i).flatMap((i) => (isOn(i) && (i === 0 || !isOn(i - 1)) ? [timeOf(i)] : []))

test('flash and beep stay within 40 ms of each other, in AAC and Opus, for sources of two rates [TRN-06]', { skip }, async (t) => {
  const graphs = (rate: number, hz: number): string[] => [
    ...['-f', 'lavfi', '-i', `color=black:s=320x180:r=${rate}:d=6,drawbox=enable='lt(mod(t,1),0.2)':color=white:t=fill`],
    ...['-f', 'lavfi', '-i', `aevalsrc=if(lt(mod(t\\,1)\\,0.2)\\,0.5*sin(2*PI*1000*t)\\,0):s=${hz}:d=6:c=mono`],
  ]
  const wishes = rungs(
    { video: video(), audio: audio() },
    { video: video({ preset: 'ultrafast' }), audio: audio({ codec: 'opus', bitrateKbps: 64 }) },
  )
  const first = encode([...graphs(30, 44_100), ...x264(), '-c:a', 'aac'])
  const second = shift(encode([...graphs(25, 48_000), ...x264(['-bf', '2']), '-c:a', 'aac']), 6 * ticks)
  const ladder = new LadderProcess()
  t.after(() => ladder.kill())
  ladder.spec(wishes)
  for (const [i, frames] of [first, second].entries()) {
    ladder.source(i + 1, i * 6 * ticks)
    await ladder.feed(i + 1, frames)
    ladder.end(i + 1)
  }
  assert.equal(await ladder.finish(), 0)
  for (const { slot } of wishes) {
    const { video: pictures, audio: sound, tracks } = ladder.rung(slot)
    assert.equal(tracks.length, 2, 'one track of each kind, across the switch')
    const isOpus = sound[0]!.track.codec === 'opus'
    assertWhole(sound, isOpus ? 1800 : 1920)
    const { pictures: lumas } = decodeLuma(pictures)
    const flashes = onsets(
      lumas.length,
      (i) => lumas[i]![0]! > 128,
      (i) => pictures[i]!.dts / ticks,
    )
    const samples = await decodeOurs(sound)
    const loud = samples.map(Math.abs)
    const block = 48
    const isLoud = (i: number): boolean => loud.subarray(i * block, (i + 1) * block).some((value) => value > 0.1)
    const beeps = onsets(Math.floor(samples.length / block), isLoud, (i) => sound[0]!.dts / ticks + i / 1000)
    const grouped = beeps.filter((at, i) => i === 0 || at - beeps[i - 1]! > 0.3)
    assert.ok(flashes.length >= 10, `${flashes.length} flashes`)
    const apart = flashes.slice(1).map((at) => Math.min(...grouped.map((beep) => Math.abs(beep - at))) * 1000)
    t.diagnostic(`${sound[0]!.track.codec}: ${Math.max(...apart).toFixed(1)} ms at most`)
    assert.ok(Math.max(...apart) < 40, apart.map((ms) => ms.toFixed(1)).join())
  }
})

/** First channel as FFmpeg's decoder gives it, nothing taken off its beginning. */
async function decodeOurs(frames: readonly Frame[]): Promise<Float32Array> {
  if (frames[0]!.track.codec === 'aac') return decodeSound(frames)[0]!
  if (typeof av === 'string') throw new Error(av)
  const { Decoder } = await import('../av/decoder.ts')
  const decoder = new Decoder(av, frames[0]!.track, 1)
  const parts: number[] = []
  for (const frame of frames) {
    decoder.decode(frame, false, (decoded) => {
      const [plane] = decoded.data!
      const isFloat = decoded.format === av.K.AV_SAMPLE_FMT_FLT
      const count = decoded.nbSamples * decoded.channels
      const values = isFloat
        ? new Float32Array(plane!.buffer, plane!.byteOffset, count)
        : new Int16Array(plane!.buffer, plane!.byteOffset, count)
      // A decoder takes off the priming that OpusHead names: put back, for times count from the first packet on.
      if (parts.length === 0) for (let i = decoded.nbSamples; i < 960; i++) parts.push(0)
      for (let i = 0; i < count; i += decoded.channels) parts.push(isFloat ? values[i]! : values[i]! / 32_768)
    })
  }
  decoder.close()
  return Float32Array.from(parts)
}

const black = ['-f', 'lavfi', '-i', 'color=black:s=160x90:r=25:d=2']
const kinds: { name: string; graph: string; wish: Partial<Parameters<typeof audio>[0]>; db: number[] }[] = [
  { name: 'mono of 44.1 kHz in stereo', graph: 'aevalsrc=0.2*sin(2*PI*440*t):s=44100:d=2:c=mono', wish: {}, db: [-17, -17] },
  { name: '5.1 in stereo', graph: 'aevalsrc=0.2*sin(2*PI*440*t)|0|0|0|0|0:s=48000:d=2:c=5.1', wish: {}, db: [-17, -99] },
  { name: 'stereo in mono', graph: 'aevalsrc=0.2*sin(2*PI*440*t)|0.2*sin(2*PI*440*t):s=48000:d=2', wish: { channels: 1 }, db: [-17] },
  { name: '6 dB less', graph: 'aevalsrc=0.2*sin(2*PI*440*t):s=48000:d=2:c=mono', wish: { gainDb: -6 }, db: [-23, -23] },
  { name: '20 dB more, within full scale', graph: 'aevalsrc=0.2*sin(2*PI*440*t):s=48000:d=2:c=mono', wish: { gainDb: 20 }, db: [-4, -4] },
]
test('sources of all layouts have their level, and gain theirs [TRN-06]', { skip }, async (t) => {
  for (const { name, graph, wish, db } of kinds) {
    const frames = encode([...black, '-f', 'lavfi', '-i', graph, ...x264(), '-c:a', 'aac', '-b:a', '256k'])
    const ladder = await ladderOf(t, rungs({ audio: audio({ bitrateKbps: 256, ...wish }) }), frames)
    const { audio: sound, video: pictures } = ladder.rung(101)
    assert.equal(pictures.length, 0, 'pictures pass by')
    assertWhole(sound, 1920)
    const levels = decodeSound(sound).map((samples) => levelDb(samples, 0.5, 1.5))
    assert.equal(levels.length, db.length, name)
    for (const [i, level] of levels.entries()) {
      const isRight = db[i] === -99 ? level < -60 : Math.abs(level - db[i]!) < 2.5
      assert.ok(isRight, `${name}: ${levels.map((value) => value.toFixed(1))} dB, not ${db}`)
    }
  }
})

test('a gap in the sound becomes silence as long as it was, and a new gain touches neither track nor times', { skip }, async (t) => {
  const graph = 'aevalsrc=0.2*sin(2*PI*440*t):s=48000:d=4:c=stereo'
  const frames = encode([...['-f', 'lavfi', '-i', 'color=black:s=160x90:r=25:d=4'], '-f', 'lavfi', '-i', graph, ...x264(), '-c:a', 'aac'])
  const isIn = ({ track, dts }: Frame): boolean => track.kind === 'video' || dts < ticks || dts > 1.5 * ticks
  const ladder = new LadderProcess()
  t.after(() => ladder.kill())
  ladder.spec(rungs({ video: video({ width: 160, height: 90 }), audio: audio() }))
  ladder.source(1, 0)
  await ladder.feed(
    1,
    frames.filter(isIn).filter(({ dts }) => dts < 2.5 * ticks),
  )
  ladder.spec(rungs({ video: video({ width: 160, height: 90 }), audio: audio({ gainDb: -12 }) }))
  await ladder.feed(
    1,
    frames.filter(({ dts }) => dts >= 2.5 * ticks),
  )
  ladder.end(1)
  assert.equal(await ladder.finish(), 0)
  const { audio: sound, tracks } = ladder.rung(101)
  assert.equal(tracks.length, 2)
  assertWhole(sound, 1920)
  const [left] = decodeSound(sound)
  const at = (s: number): number => s - sound[0]!.dts / ticks
  assert.ok(levelDb(left!, at(1.1), at(1.4)) < -50 && levelDb(left!, at(1.6), at(2.3)) > -20)
  assert.ok(Math.abs(levelDb(left!, at(3), at(3.8)) - levelDb(left!, at(1.7), at(2.3)) + 12) < 1.5)
})

test('in real time: silence and a reason where the source has no sound, the last picture where it stalls [TRN-06]', { skip }, async (t) => {
  const frames = encode(['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=30:d=2', ...x264()])
  const ladder = new LadderProcess()
  t.after(() => ladder.kill())
  await ladder.until(() => ladder.said.some(({ type }) => type === 'hello'), 'its first word')
  ladder.spec(rungs({ video: video({ width: 160, height: 90, preset: 'ultrafast' }), audio: audio() }), {
    clockOriginMs: Number(process.hrtime.bigint()) / 1e6,
  })
  const startMs = performance.now()
  ladder.source(1, 0)
  for (const frame of frames) {
    await wait(Math.max(0, startMs + frame.dts / 90 - performance.now()))
    ladder.write(1, frame, performance.now() - startMs)
  }
  await wait(1000)
  const isSaid = (): boolean => ladder.said.some((each) => each.type === 'rung' && each.code === 'NO_AUDIO_IN_SOURCE')
  await ladder.until(isSaid, 'reason for the silence')
  ladder.end(1)
  const endMs = performance.now() - startMs
  assert.equal(await ladder.finish(), 0)
  const { video: pictures, audio: sound } = ladder.rung(101)
  assertWhole(sound, 1920)
  assert.ok(levelDb(decodeSound(sound)[0]!, 0.5, 1.5) < -80)
  // Two seconds came and one and a half did not.
  assert.ok(pictures.at(-1)!.dts > 2.5 * ticks && pictures.at(-1)!.dts < endMs * 90, `${pictures.at(-1)!.dts}`)
  assert.ok(sound.at(-1)!.dts > 2.3 * ticks)
  const reasons = ladder.said.filter((each) => each.type === 'rung' && each.code === 'NO_AUDIO_IN_SOURCE')
  assert.equal(reasons.length, 1)
})
