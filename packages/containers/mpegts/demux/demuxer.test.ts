import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { writeAnnexB } from '@sluice/codecs/nal'
import { randomFrom } from '@sluice/testkit/random'
import { TsDemuxer } from '../index.ts'
import { TsMuxer } from '../mux/muxer.ts'
import { demuxAll, framesOf, makeCollector } from '../testing/collect.ts'
import {
  h264Delimiter,
  h264Pps,
  h264Sps,
  makeAacTrack,
  makeAudioFrame,
  makeH264Frame,
  makeH264Track,
  makePayload,
  makeSlice,
  smallH264Sps,
} from '../testing/make-media.ts'
import { packetsOf, pidOf, TsBuilder } from '../testing/make-ts.ts'

const random = randomFrom(3)
const h264 = { streamType: 0x1b, descriptors: [] }
const aac = { streamType: 0x0f, descriptors: [] }
const pmtPid = 0x1000
const onlyProgram = [{ programNumber: 1, pmtPid }]

/** `count` pictures of about five packets, a key frame each ten, from `start` on. */
function makeVideo(count: number, start = 90_000, muxer = new TsMuxer()): Uint8Array {
  const track = makeH264Track()
  const write = (i: number): Uint8Array => {
    const dts = start + i * 3600
    return muxer.write(makeH264Frame(track, dts, dts + 3600, i % 10 === 0, makePayload(random, 700)))
  }
  return concatBytes(Array.from({ length: count }, (_, i) => write(i)))
}

/** A key frame in byte-stream form with its parameter sets. */
const keyUnits = (sps = h264Sps): Uint8Array[] => [h264Delimiter, sps, h264Pps, makeSlice(true, makePayload(random, 50))]
const otherUnits = (): Uint8Array[] => [h264Delimiter, makeSlice(false, makePayload(random, 50))]

const videoPackets = (ts: Uint8Array): Uint8Array[] => packetsOf(ts).filter((packet) => pidOf(packet) === 0x100)

test('a video frame whose length is told comes out with its last byte', () => {
  const collector = makeCollector()
  const demuxer = new TsDemuxer()
  demuxer.push(makeVideo(1), collector)
  assert.equal(collector.frames.length, 1)
})

test('streams before their tables are passed over, and a late PMT is taken', () => {
  const builder = new TsBuilder()
  builder.pes(0x100, writeAnnexB(keyUnits()), 0).pat(onlyProgram).pes(0x100, writeAnnexB(keyUnits()), 3600)
  builder.pmt(pmtPid, { programNumber: 1, streams: [{ pid: 0x100, ...h264 }] }).pes(0x100, writeAnnexB(keyUnits()), 7200)
  const { frames, stats } = demuxAll(builder.take())
  assert.deepEqual(
    frames.map((frame) => frame.pts),
    [7200],
  )
  assert.equal(stats.continuityErrors, 0)
})

test('frames before the first parameter sets are dropped and counted', () => {
  const builder = new TsBuilder().pat(onlyProgram).pmt(pmtPid, { programNumber: 1, streams: [{ pid: 0x100, ...h264 }] })
  builder.pes(0x100, writeAnnexB(otherUnits()), 0).pes(0x100, writeAnnexB(keyUnits()), 3600).pes(0x100, writeAnnexB(otherUnits()), 7200)
  const { frames, stats } = demuxAll(builder.take())
  assert.deepEqual(
    frames.map((frame) => [frame.pts, frame.isKey]),
    [
      [3600, true],
      [7200, false],
    ],
  )
  assert.equal(stats.droppedFrames, 1)
})

test('parameter sets and delimiters leave the frames, and a changed set is a new track of the same id', () => {
  const builder = new TsBuilder().pat(onlyProgram).pmt(pmtPid, { programNumber: 1, streams: [{ pid: 0x100, ...h264 }] })
  const units = [keyUnits(), keyUnits(), keyUnits(smallH264Sps), keyUnits(smallH264Sps)]
  for (const [i, one] of units.entries()) builder.pes(0x100, writeAnnexB(one), i * 3600)
  const { frames, tracks } = demuxAll(builder.take())
  assert.deepEqual(
    tracks.map((track) => track.kind === 'video' && [track.id, track.width, track.height]),
    [
      [0, 640, 360],
      [0, 320, 180],
    ],
  )
  assert.deepEqual(
    frames.map((frame) => tracks.indexOf(frame.track)),
    [0, 0, 1, 1],
  )
  for (const [i, frame] of frames.entries()) assert.equal(frame.bytes.length, 4 + units[i]![3]!.length)
})

test('a broken parameter set is counted and changes nothing', () => {
  const builder = new TsBuilder().pat(onlyProgram).pmt(pmtPid, { programNumber: 1, streams: [{ pid: 0x100, ...h264 }] })
  builder.pes(0x100, writeAnnexB(keyUnits()), 0).pes(0x100, writeAnnexB(keyUnits(h264Sps.subarray(0, 5))), 3600)
  const { frames, tracks, stats } = demuxAll(builder.take())
  assert.deepEqual([frames.length, tracks.length, stats.badConfigs], [2, 1, 1])
})

test('two pictures in one PES packet are parted at the delimiter, the second one frame later', () => {
  const builder = new TsBuilder().pat(onlyProgram).pmt(pmtPid, { programNumber: 1, streams: [{ pid: 0x100, ...h264 }] })
  builder.pes(0x100, writeAnnexB([...keyUnits(), ...otherUnits()]), 9000, 5400)
  const { frames } = demuxAll(builder.take())
  assert.deepEqual(
    frames.map(({ dts, pts, isKey }) => [dts, pts, isKey]),
    [
      [5400, 9000, true],
      [9000, 12_600, false],
    ],
  )
})

test('audio and video pass the 33-bit wrap together, whichever comes to it first', () => {
  const top = 2 ** 33
  const muxer = new TsMuxer()
  const [video, audio] = [makeH264Track(), makeAacTrack()]
  const frames = [
    makeH264Frame(video, top - 3600, top + 3600, true, makePayload(random, 10)),
    makeAudioFrame(audio, top - 1000, random.bytes(9)),
    makeH264Frame(video, top, top, false, makePayload(random, 10)),
    makeAudioFrame(audio, top - 500, random.bytes(9)),
    makeAudioFrame(audio, top + 920, random.bytes(9)),
    makeH264Frame(video, top + 3600, top + 7200, false, makePayload(random, 10)),
  ]
  const got = demuxAll(concatBytes(frames.map((frame) => muxer.write(frame)))).frames
  assert.deepEqual(
    got.map(({ dts, pts }) => [dts, pts]),
    frames.map(({ dts, pts }) => [dts, pts]),
  )
})

test('a second program is told of and left alone, unless it is the one asked for', () => {
  const programs = [
    { programNumber: 5, pmtPid: 0x50 },
    { programNumber: 7, pmtPid: 0x70 },
  ]
  const builder = new TsBuilder().pat(programs)
  builder
    .pmt(0x50, { programNumber: 5, streams: [{ pid: 0x100, ...h264 }] })
    .pmt(0x70, { programNumber: 7, streams: [{ pid: 0x101, ...h264 }] })
  builder.pes(0x100, writeAnnexB(keyUnits()), 5).pes(0x101, writeAnnexB(keyUnits()), 7)
  const ts = builder.take()
  const first = demuxAll(ts)
  assert.deepEqual(first.facts, [{ type: 'program.chosen', programNumber: 5, others: [7] }])
  assert.deepEqual([first.stats.programNumber, ...first.frames.map((frame) => frame.pts)], [5, 5])
  const asked = demuxAll(ts, { programNumber: 7 })
  assert.deepEqual([asked.stats.programNumber, ...asked.frames.map((frame) => frame.pts)], [7, 7])
})

test('a program without media is told of and the next one is taken', () => {
  const builder = new TsBuilder().pat([
    { programNumber: 1, pmtPid: 0x50 },
    { programNumber: 2, pmtPid: 0x70 },
  ])
  builder.pmt(0x50, { programNumber: 1, streams: [{ pid: 0x100, streamType: 2, descriptors: [] }] })
  builder.pmt(0x70, { programNumber: 2, streams: [{ pid: 0x101, ...h264 }] })
  assert.deepEqual(demuxAll(builder.take()).facts, [
    { type: 'stream.unsupported', pid: 0x100, streamType: 2, name: 'MPEG-2 video' },
    { type: 'program.chosen', programNumber: 2, others: [1] },
  ])
})

test('a program that leaves the PAT is lost, and another one is taken up', () => {
  const builder = new TsBuilder().pat(onlyProgram).pmt(pmtPid, { programNumber: 1, streams: [{ pid: 0x100, ...h264 }] })
  builder.pes(0x100, writeAnnexB(keyUnits()), 0).pat([{ programNumber: 2, pmtPid: 0x1001 }])
  builder.pmt(0x1001, { programNumber: 2, streams: [{ pid: 0x200, ...h264 }] }).pes(0x200, writeAnnexB(keyUnits()), 3600)
  const { facts, frames } = demuxAll(builder.take())
  assert.deepEqual(
    facts.map((fact) => fact.type),
    ['program.chosen', 'program.lost', 'track.ended', 'program.chosen'],
  )
  assert.deepEqual(
    frames.map((frame) => [frame.track.id, frame.pts]),
    [
      [0, 0],
      [0, 3600],
    ],
  )
})

test('a new PMT adds and removes streams; what stays goes on with its id, what comes takes the lowest free one', () => {
  const adts = (pts: number, muxer = new TsMuxer()): Uint8Array => {
    const pes = packetsOf(muxer.write(makeAudioFrame(makeAacTrack(), pts, random.bytes(20)))).at(-1)!
    const headerBytes = 14
    return pes.subarray(188 - (headerBytes + 7 + 20) + headerBytes)
  }
  const builder = new TsBuilder().pat(onlyProgram).pmt(pmtPid, {
    programNumber: 1,
    streams: [
      { pid: 0x110, ...aac },
      { pid: 0x100, ...h264 },
    ],
  })
  builder.pes(0x100, writeAnnexB(keyUnits()), 0).pes(0x110, adts(0), 0)
  builder.pmt(pmtPid, {
    programNumber: 1,
    streams: [
      { pid: 0x100, ...h264 },
      { pid: 0x111, ...aac },
      { pid: 0x112, ...aac },
    ],
  })
  builder.pes(0x111, adts(1), 3601).pes(0x112, adts(2), 3602).pes(0x110, adts(3), 3603).pes(0x100, writeAnnexB(otherUnits()), 3600)
  const { facts, frames, tracks } = demuxAll(builder.take())
  assert.deepEqual(facts.slice(1), [{ type: 'track.ended', kind: 'audio', id: 0 }])
  assert.deepEqual(
    frames.map(({ track, pts }) => [track.kind, track.id, pts]),
    [
      ['video', 0, 0],
      ['audio', 0, 0],
      ['audio', 0, 3601],
      ['audio', 1, 3602],
      ['video', 0, 3600],
    ],
  )
  assert.equal(tracks.length, 4)
})

test('streams above sixteen are told of and not carried', () => {
  const streams = Array.from({ length: 20 }, (_, i) => ({ pid: 0x200 + i, ...aac }))
  const { facts, stats } = demuxAll(new TsBuilder().pat(onlyProgram).pmt(pmtPid, { programNumber: 1, streams }).take())
  assert.equal(facts.filter((fact) => fact.type === 'stream.unsupported').length, 4)
  assert.equal(stats.pids.filter((one) => one.name.startsWith('AAC') && one.isCarried).length, 16)
})

test('a repeated packet is dropped and counted', () => {
  const packets = packetsOf(makeVideo(20))
  const twice = concatBytes(packets.flatMap((packet, i) => (i % 3 === 0 ? [packet, packet] : [packet])))
  const { frames, stats } = demuxAll(twice)
  assert.deepEqual([frames.length, stats.continuityErrors, stats.damagedFrames], [20, 0, 0])
  assert.equal(stats.duplicatePackets, Math.ceil(packets.length / 3))
})

test('a lost packet is counted for its PID and marks its frame alone', () => {
  const ts = makeVideo(20)
  const lost = videoPackets(ts)[7]
  const { frames, stats } = demuxAll(concatBytes(packetsOf(ts).filter((packet) => packet.byteOffset !== lost!.byteOffset)))
  assert.deepEqual([frames.length, stats.continuityErrors, stats.damagedFrames], [20, 1, 1])
  assert.deepEqual(
    stats.pids.filter((one) => one.continuityErrors > 0).map((one) => one.name),
    ['H.264 video'],
  )
})

test('fifteen lost packets, which leave the counter as it was, are a loss and no repetition', () => {
  const ts = makeVideo(20)
  const lost = new Set(
    videoPackets(ts)
      .slice(10, 25)
      .map((packet) => packet.byteOffset),
  )
  const { stats } = demuxAll(concatBytes(packetsOf(ts).filter((packet) => !lost.has(packet.byteOffset))))
  assert.deepEqual([stats.continuityErrors, stats.duplicatePackets], [1, 0])
})

test('scrambled packets and packets marked as damaged are counted and not read', () => {
  const ts = makeVideo(10)
  const [scrambled, damaged] = [videoPackets(ts)[6]!, videoPackets(ts)[12]!]
  scrambled[3] = scrambled[3]! | 0x80
  damaged[1] = damaged[1]! | 0x80
  const { frames, stats } = demuxAll(ts)
  assert.deepEqual([stats.scrambledPackets, stats.transportErrors, stats.damagedFrames, frames.length], [1, 1, 2, 10])
})

test('the discontinuity indicator of a new time base is told, and the counter may jump with it', () => {
  const first = makeVideo(5, 900_000)
  const second = makeVideo(5, 90_000)
  const start = videoPackets(second)[0]!
  start[5] = start[5]! | 0x80
  const { facts, frames, stats } = demuxAll(concatBytes([first, second]))
  assert.deepEqual([frames.length, stats.timeBaseChanges], [10, 1])
  assert.deepEqual(
    facts.filter((fact) => fact.type === 'timebase.changed'),
    [{ type: 'timebase.changed' }],
  )
  assert.equal(stats.pids.find((one) => one.pid === 0x100)!.continuityErrors, 0)
})

test('a table with a wrong checksum is counted and not read', () => {
  const ts = makeVideo(12)
  const pat = packetsOf(ts)[0]!
  pat[10] = pat[10]! ^ 1
  const { frames, stats } = demuxAll(ts)
  assert.equal(stats.crcErrors, 1)
  assert.equal(frames[0]!.dts, 90_000 + 10 * 3600) // the first key frame behind a good table
})

test('the clock is measured: its longest step, and its jitter when arrival times are given', () => {
  const demuxer = new TsDemuxer()
  const ts = makeVideo(50)
  const muxer = new TsMuxer()
  const sink = makeCollector()
  const track = makeH264Track()
  for (let i = 0; i < 50; i++) {
    demuxer.push(
      muxer.write(makeH264Frame(track, i * 3600, i * 3600, i === 0, makePayload(random, 10))),
      sink,
      1000 + i * 40 + (i % 2) * 10,
    )
  }
  assert.equal(demuxer.stats().pcrMaxIntervalMs, 40)
  assert.ok(Math.abs(demuxer.stats().pcrJitterMs - 10) < 1)
  assert.equal(demuxAll(ts).stats.pcrJitterMs, 0)
})

test('a demuxer that went on after garbage and a second stream is as good as new', () => {
  const collector = makeCollector()
  const demuxer = new TsDemuxer()
  demuxer.push(makeVideo(3), collector)
  demuxer.push(random.bytes(5000), collector)
  demuxer.push(makeVideo(10, 180_000), collector)
  demuxer.flush(collector)
  assert.equal(framesOf(collector.frames, 'video').length, 13)
})
