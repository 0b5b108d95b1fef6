import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex } from '@sluice/base/bytes'
import type { Frame, Track } from '@sluice/codecs/frame'
import { readAnnexB } from '@sluice/codecs/nal'
import { randomFrom } from '@sluice/testkit/random'
import { TsMuxer, tsRefusal } from '../index.ts'
import { makeAdaptationField, readAdaptationField } from '../packet/adaptation-field.ts'
import { readPcr } from '../packet/pcr.ts'
import { makeTsHeader, readTsHeader } from '../packet/ts-header.ts'
import { demuxAll, framesOf } from '../testing/collect.ts'
import {
  makeAacTrack,
  makeAudioFrame,
  makeH264Frame,
  makeH264Track,
  makeOpusTrack,
  makePayload,
  smallH264Sps,
} from '../testing/make-media.ts'
import { packetsOf, pidOf } from '../testing/make-ts.ts'

const random = randomFrom(5)
const video = makeH264Track()
const audio = makeAacTrack()
const ticksPerMs = 90

const picture = (dts: number, isKey: boolean, bytes = 500, track = video): Frame =>
  makeH264Frame(track, dts, dts, isKey, makePayload(random, bytes))
const sound = (pts: number, bytes = 300): Frame => makeAudioFrame(audio, pts, random.bytes(bytes))

/** PCRs of `ts` in milliseconds, with their PIDs and whether a discontinuity goes with them. */
function clocksOf(ts: Uint8Array): { pid: number; ms: number; isJump: boolean; hasPayload: boolean }[] {
  const header = makeTsHeader()
  const field = makeAdaptationField()
  return packetsOf(ts).flatMap((packet) => {
    assert.ok(readTsHeader(packet, 0, header))
    if (header.adaptationAt === 0) return []
    readAdaptationField(packet, header.adaptationAt, field)
    if (field.pcrAt === 0) return []
    return [{ pid: header.pid, ms: readPcr(packet, field.pcrAt) / 27_000, isJump: field.hasDiscontinuity, hasPayload: header.hasPayload }]
  })
}

const pidsOf = (ts: Uint8Array): number[] => packetsOf(ts).map(pidOf)

test('the tables come first, before each key frame, and each 100 ms between', () => {
  const muxer = new TsMuxer()
  const has = (ts: Uint8Array): boolean => {
    assert.equal(pidsOf(ts).includes(0), pidsOf(ts).includes(0x1000))
    return pidsOf(ts)[0] === 0
  }
  const seen = Array.from({ length: 8 }, (_, i) => has(muxer.write(picture(i * 40 * ticksPerMs, i === 0 || i === 4))))
  assert.deepEqual(seen, [true, false, false, true, true, false, false, true])
})

test('a frame that goes out alone fits its packets: no room is wasted but in the last', () => {
  const muxer = new TsMuxer()
  muxer.write(picture(0, true))
  for (let bytes = 1; bytes < 400; bytes++) {
    const ts = muxer.write(picture(bytes, false, bytes))
    const pesBytes = 14 + 6 + 4 + 1 + bytes
    const isClocked = clocksOf(ts).length === 1
    assert.equal(pidsOf(ts).filter((pid) => pid === 0x100).length, Math.ceil((pesBytes + (isClocked ? 8 : 0)) / 184), `${bytes} bytes`)
  }
})

test('the first packet of a key frame is marked for random access, and no other', () => {
  const muxer = new TsMuxer()
  const marks = [true, false, true].map((isKey, i) => {
    const header = makeTsHeader()
    const field = makeAdaptationField()
    return packetsOf(muxer.write(picture(i * 3600, isKey))).filter((packet) => {
      readTsHeader(packet, 0, header)
      if (header.adaptationAt === 0) return false
      readAdaptationField(packet, header.adaptationAt, field)
      return field.isRandomAccess
    }).length
  })
  assert.deepEqual(marks, [1, 0, 1])
})

test('the clock stands the lead before each picture', () => {
  const muxer = new TsMuxer({ pcrLeadMs: 300 })
  const clocks = [1000, 1040, 1080].flatMap((ms) => clocksOf(muxer.write(picture(ms * ticksPerMs, false))))
  assert.deepEqual(
    clocks.map(({ pid, ms }) => [pid, ms]),
    [
      [0x100, 700],
      [0x100, 740],
      [0x100, 780],
    ],
  )
})

test('while pictures pause, audio carries the clock on in packets of its PID, and it never steps back', () => {
  const muxer = new TsMuxer()
  muxer.addTrack(video)
  muxer.addTrack(audio)
  const clocks = clocksOf(muxer.write(picture(1000 * ticksPerMs, true)))
  for (let ms = 1010; ms <= 1200; ms += 20) clocks.push(...clocksOf(muxer.write(sound(ms * ticksPerMs))))
  clocks.push(...clocksOf(muxer.write(picture(1160 * ticksPerMs, false))))
  clocks.push(...clocksOf(muxer.write(picture(1220 * ticksPerMs, false))))
  assert.deepEqual(
    clocks.map(({ ms, hasPayload }) => [ms, hasPayload]),
    [
      [800, true],
      [850, false],
      [910, false],
      [970, false],
      [990, true], // 30 ms less than the lead: the picture before came as much behind the sound
    ],
  )
  assert.ok(clocks.every(({ pid, isJump }) => pid === 0x100 && !isJump))
})

test('the clock waits for a stream that runs behind, so that nothing arrives after its time', () => {
  const muxer = new TsMuxer({ pcrLeadMs: 200 })
  const clocks: number[] = []
  for (let ms = 1000; ms < 3000; ms += 40) {
    clocks.push(...clocksOf(muxer.write(picture(ms * ticksPerMs, ms === 1000))).map((clock) => clock.ms))
    const late = ms - 700
    assert.ok(ms < 2000 || clocks.at(-1)! <= late - 200, `clock ${clocks.at(-1)} before sound at ${late}`)
    muxer.write(sound(late * ticksPerMs))
  }
  assert.ok(clocks.length > 25)
  assert.ok(clocks.every((one, i) => i === 0 || one > clocks[i - 1]!))
})

test('timestamps that jump back begin a new time base', () => {
  const muxer = new TsMuxer()
  const clocks = [5000, 5040, 1000, 1040].flatMap((ms) => clocksOf(muxer.write(picture(ms * ticksPerMs, true))))
  assert.deepEqual(
    clocks.map((clock) => clock.isJump),
    [false, false, true, false],
  )
})

test('audio alone carries the clock itself', () => {
  const muxer = new TsMuxer()
  const clocks = [1000, 1020].flatMap((ms) => clocksOf(muxer.write(sound(ms * ticksPerMs))))
  assert.deepEqual(
    clocks.map(({ pid, ms }) => [pid, ms]),
    [
      [0x110, 800],
      [0x110, 820],
    ],
  )
})

test('each picture starts with a delimiter, a key frame and the first of a track with parameter sets, once', () => {
  const muxer = new TsMuxer()
  const typesOf = (frame: Frame): number[] => {
    const packets = packetsOf(muxer.write(frame)).filter((packet) => pidOf(packet) === 0x100)
    const header = makeTsHeader()
    const payloads = packets.map((packet) => {
      readTsHeader(packet, 0, header)
      return packet.subarray(header.payloadAt)
    })
    return readAnnexB(concatBytes(payloads).subarray(14)).map((unit) => unit[0]! & 0x1f)
  }
  assert.deepEqual(typesOf(picture(0, false)), [9, 7, 8, 1])
  assert.deepEqual(typesOf(picture(3600, false)), [9, 1])
  assert.deepEqual(typesOf(picture(7200, true)), [9, 7, 8, 5])
  assert.deepEqual(typesOf(picture(10_800, false, 5, makeH264Track(0, smallH264Sps))), [9, 7, 8, 1])
})

test('a new configuration keeps its PID and PMT; a new stream makes a new version of it', () => {
  const muxer = new TsMuxer()
  const versions: number[] = []
  const write = (frame: Frame): void => {
    const pmt = packetsOf(muxer.write(frame)).find((packet) => pidOf(packet) === 0x1000)
    if (pmt !== undefined) versions.push((pmt[10]! >>> 1) & 0x1f)
  }
  write(picture(0, true))
  write(picture(3600, true, 5, makeH264Track(0, smallH264Sps)))
  write(sound(3700))
  muxer.removeTrack(audio)
  write(picture(7200, false))
  assert.deepEqual(versions, [0, 0, 1, 2])
})

test('grouped audio goes out when its span is reached, by itself or by the pictures, and keeps its times', () => {
  const muxer = new TsMuxer({ audioGroupMs: 60 })
  muxer.addTrack(video)
  muxer.addTrack(audio)
  const frames = Array.from({ length: 6 }, (_, i) => sound(90_000 + i * 1920))
  const sizes = frames.map((frame) => muxer.write(frame).length)
  assert.deepEqual(
    sizes.map((bytes) => bytes > 0),
    [false, true, false, true, false, true],
  )
  const lone = sound(90_000 + 6 * 1920)
  assert.equal(muxer.write(lone).length, 0)
  assert.ok(pidsOf(muxer.write(picture(lone.pts + 40 * ticksPerMs, false))).every((pid) => pid !== 0x110))
  assert.ok(pidsOf(muxer.write(picture(lone.pts + 80 * ticksPerMs, false))).includes(0x110))
  assert.equal(muxer.flush().length, 0)
})

test('a track that changes its codec keeps its PID and groups no more when the new one does not', () => {
  const muxer = new TsMuxer({ audioGroupMs: 60 })
  assert.equal(muxer.write(sound(90_000)).length, 0)
  const opus = makeOpusTrack()
  const frames = [100_000, 101_800].map((pts) => makeAudioFrame(opus, pts, fromHex('fc010203')))
  const ts = frames.map((frame) => muxer.write(frame))
  assert.ok(ts.every((one) => pidsOf(one).includes(0x110)))
  assert.deepEqual(
    demuxAll(concatBytes(ts)).frames.map(({ track, pts }) => [track.codec, pts]),
    [
      ['opus', 100_000],
      ['opus', 101_800],
    ],
  )
})

test('grouped audio with a gap in its times is parted there', () => {
  const muxer = new TsMuxer({ audioGroupMs: 200 })
  const pts = [0, 1920, 3840, 9000, 10_920].map((ticks) => ticks + 90_000)
  const ts = concatBytes([...pts.map((one) => muxer.write(sound(one))), muxer.flush()])
  assert.deepEqual(
    framesOf(demuxAll(ts).frames, 'audio').map((frame) => frame.pts),
    pts,
  )
})

test('a track that TS has no form for is refused in words, its frames are left out and counted', () => {
  const av1: Track = { ...video, codec: 'av1', config: new Uint8Array(0) }
  const muxer = new TsMuxer()
  assert.equal(muxer.addTrack(av1), false)
  assert.equal(muxer.write({ ...picture(0, true), track: av1 }).length, 0)
  assert.match(tsRefusal(av1)!, /no form for av1/)
  assert.equal(tsRefusal(video), null)
  assert.deepEqual(muxer.stats(), { packets: 0, frames: 0, skippedFrames: 1 })
})

test('a broken frame is left out and counted', () => {
  const muxer = new TsMuxer()
  assert.equal(muxer.write({ ...picture(0, true), bytes: Uint8Array.of(0, 0, 1, 0, 0x65) }).length, 0)
  assert.equal(muxer.write(sound(0, 8192)).length, 0)
  assert.equal(muxer.stats().skippedFrames, 2)
})
