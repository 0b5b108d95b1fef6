import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex } from '@sluice/base/bytes'
import type { Frame } from '@sluice/codecs/frame'
import { randomFrom } from '@sluice/testkit/random'
import { TsMuxer } from '../index.ts'
import { tsPacketBytes } from '../packet/constants.ts'
import { type Descriptor, makeRegistration } from '../psi/descriptor.ts'
import { streamForm } from '../psi/stream-type.ts'
import { demuxAll } from '../testing/collect.ts'
import { comparable, makeAacTrack, makeAudioFrame, makeH264Frame, makeH264Track, makePayload } from '../testing/make-media.ts'
import { packetsOf, TsBuilder } from '../testing/make-ts.ts'

const program = [{ programNumber: 1, pmtPid: 0x1000 }]
const notesOf = (ts: Uint8Array): string[] => demuxAll(ts).notes.map(({ code, media, subject }) => `${code} ${media} ${subject}`)
const codesOf = (ts: Uint8Array): string[] => [...new Set(demuxAll(ts).notes.map(({ code }) => code))]

const identifiers = [
  'Opus',
  'AC-3',
  'EAC3',
  'HEVC',
  'AV01',
  'VP09',
  'BSSD',
  'DTS1',
  'KLVA',
  'VANC',
  'ID3 ',
  'CUEI',
  'fLaC',
  'AC-4',
  'XYZW',
  '\u001b[1m',
  '<b>x',
]
const descriptorSets: readonly (readonly Descriptor[])[] = [
  [],
  ...identifiers.map((identifier) => [makeRegistration(identifier)]),
  ...[0x45, 0x56, 0x59, 0x6a, 0x7a, 0x7b, 0x7c].map((tag) => [{ tag, body: new Uint8Array(2) }]),
  [{ tag: 0x7f, body: Uint8Array.of(0x15) }],
]

test('every stream type with every kind of descriptor is carried, or a note names it and its PID', () => {
  for (let streamType = 0; streamType < 256; streamType++) {
    for (const descriptors of descriptorSets) {
      const streams = [{ pid: 0x101, streamType, descriptors }]
      const { notes } = demuxAll(new TsBuilder().pat(program).pmt(0x1000, { programNumber: 1, streams }).take())
      if (streamForm(streamType, descriptors).form !== null) {
        assert.deepEqual(notes, [])
        continue
      }
      const label = `type 0x${streamType.toString(16)}`
      assert.equal(notes.length, 1, label)
      assert.match(notes[0]!.code, /^(codec|data)-not-carried$/, label)
      assert.match(notes[0]!.subject, /^[\w .()/-]+, PID 0x101$/, label)
    }
  }
})

test('what sound, picture and data are not carried have the names that encoders give them', () => {
  const named = (streamType: number, descriptors: readonly Descriptor[] = []): string[] => {
    const streams = [
      { pid: 0x100, streamType: 0x1b, descriptors: [] },
      { pid: 0x101, streamType, descriptors },
    ]
    return notesOf(new TsBuilder().pat(program).pmt(0x1000, { programNumber: 1, streams }).take())
  }
  assert.deepEqual(named(0x02), ['codec-not-carried video MPEG-2, PID 0x101'])
  assert.deepEqual(named(0x06, [makeRegistration('BSSD')]), ['codec-not-carried audio SMPTE 302M, PID 0x101'])
  assert.deepEqual(named(0x06, [makeRegistration('KLVA')]), ['data-not-carried data KLV metadata, PID 0x101'])
  assert.deepEqual(named(0x86, [makeRegistration('CUEI')]), ['data-not-carried data SCTE-35 splice information, PID 0x101'])
  assert.deepEqual(named(0x06, [{ tag: 0x7f, body: Uint8Array.of(0x15) }]), ['codec-not-carried audio AC-4, PID 0x101'])
})

test('MP2 audio, which only its frames tell, is named', () => {
  const streams = [{ pid: 0x110, streamType: 0x03, descriptors: [] }]
  const frame = new Uint8Array(576)
  frame.set([0xff, 0xfd, 0xa4, 0x00])
  const ts = new TsBuilder()
    .pat(program)
    .pmt(0x1000, { programNumber: 1, streams })
    .pes(0x110, concatBytes([frame, frame]), 9000)
    .take()
  assert.deepEqual(notesOf(ts), ['codec-not-carried audio MP2, PID 0x110'])
})

test('other programs are named, and their PIDs are not taken for strays', () => {
  const two = [...program, { programNumber: 7, pmtPid: 0x1001 }]
  const builder = new TsBuilder().pat(two)
  builder.pmt(0x1000, { programNumber: 1, streams: [{ pid: 0x100, streamType: 0x1b, descriptors: [] }] })
  builder.pmt(0x1001, { programNumber: 7, streams: [{ pid: 0x105, streamType: 0x1b, descriptors: [] }] })
  for (let i = 0; i < 200; i++) builder.pes(0x105, new Uint8Array(20), 9000 + i)
  assert.deepEqual(notesOf(builder.take()), ['track-not-carried stream program 7'])
})

test('a PID that carries packets and is in no table is named, null packets and broadcast tables are not', () => {
  const builder = new TsBuilder().pat(program)
  builder.pmt(0x1000, { programNumber: 1, streams: [{ pid: 0x100, streamType: 0x1b, descriptors: [] }] })
  for (let i = 0; i < 150; i++) for (const pid of [0x102, 0x11, 0x1fff, 0x1ffb]) builder.pes(pid, new Uint8Array(20), 9000 + i)
  assert.deepEqual(notesOf(builder.take()), ['track-not-carried data PID 0x102, which no program table names'])
})

test('encrypted packets are named with their stream', () => {
  const builder = new TsBuilder().pat(program)
  builder.pmt(0x1000, { programNumber: 1, streams: [{ pid: 0x100, streamType: 0x1b, descriptors: [] }] })
  const packets = packetsOf(builder.pes(0x100, new Uint8Array(20), 9000).take())
  packets.at(-1)![3]! |= 0x80
  assert.deepEqual(notesOf(concatBytes(packets)), ['form-not-carried video encrypted, PID 0x100'])
})

test('a stream that is not MPEG-TS is told by what it is', () => {
  const flv = concatBytes([fromHex('464c5601050000000900000000'), new Uint8Array(60_000)])
  assert.deepEqual([...new Set(notesOf(flv))], ['container-unknown stream not MPEG-TS, but FLV'])
  assert.deepEqual([...new Set(notesOf(randomFrom(3).bytes(40_000).fill(0x11)))], ['container-unknown stream not MPEG-TS'])
})

test('MPEG-TS without a program table is told, and one that joins in mid-stream is not', () => {
  const builder = new TsBuilder()
  for (let i = 0; i < 2100; i++) builder.pes(0x100, new Uint8Array(20), 9000 + i)
  const ts = builder.take()
  assert.deepEqual([...new Set(notesOf(ts))], ['container-unknown stream MPEG-TS without a program table'])
  assert.deepEqual(notesOf(ts.subarray(0, 1000 * tsPacketBytes)), [])
})

test('video without parameter sets is told after some seconds of it', () => {
  const builder = new TsBuilder().pat(program)
  builder.pmt(0x1000, { programNumber: 1, streams: [{ pid: 0x100, streamType: 0x1b, descriptors: [] }] })
  for (let i = 0; i < 160; i++)
    builder.pes(0x100, concatBytes([fromHex('0000000109f00000000141'), makePayload(randomFrom(i), 40)]), 9000 + i * 3600)
  assert.deepEqual([...new Set(notesOf(builder.take()))], ['config-missing video H.264'])
})

test('AAC that never tells its channels is named as a form', () => {
  const streams = [{ pid: 0x110, streamType: 0x0f, descriptors: [] }]
  const frame = concatBytes([fromHex('fff14c00041ffc'), new Uint8Array(25)])
  const builder = new TsBuilder().pat(program).pmt(0x1000, { programNumber: 1, streams })
  const notes = notesOf(builder.pes(0x110, concatBytes([frame, frame]), 9000).take())
  assert.deepEqual([...new Set(notes)], ['form-not-carried audio AAC that does not tell its channels (no program config element)'])
})

test('one damaged packet anywhere costs at most the frames that it carries a part of, and is noted (seed 51)', () => {
  const random = randomFrom(51)
  const muxer = new TsMuxer()
  const [video, aac] = [makeH264Track(), makeAacTrack(0)]
  const frames: Frame[] = []
  for (let i = 0; i < 40; i++) {
    frames.push(makeH264Frame(video, 90_000 + i * 3600, 93_600 + i * 3600, i % 8 === 0, makePayload(random, random.int(50, 900))))
    frames.push(makeAudioFrame(aac, 90_000 + i * 3600, random.bytes(150)))
  }
  const ts = concatBytes(frames.map((frame) => muxer.write(frame)))
  const expected = demuxAll(ts).frames.map((frame) => JSON.stringify(comparable(frame)))
  let noted = 0
  for (let i = 0; i < Number(process.env['SLUICE_FUZZ'] ?? 600); i++) {
    const broken = ts.slice()
    const at = random.int(0, ts.length / tsPacketBytes - 1) * tsPacketBytes
    // A PES packet holds up to six sounds, and a changed PID costs the stream that it falls into one of its own. A header too, but for its sync byte: the framer's own tests have those.
    for (let n = random.int(1, 20); n > 0; n--) broken[at + random.int(1, tsPacketBytes - 1)] = random.int(0, 255)
    const got = demuxAll(broken)
    const found = new Set(got.frames.map((frame) => JSON.stringify(comparable(frame))))
    const lost = expected.filter((one) => !found.has(one))
    assert.ok(lost.length <= 8, `${lost.length} of ${expected.length} frames lost by packet ${at / tsPacketBytes}`)
    if (got.notes.length > 0) noted++
  }
  assert.ok(noted > 0)
})

test('a program table with a wrong checksum changes nothing and is noted', () => {
  const builder = new TsBuilder().pat(program)
  builder.pmt(0x1000, { programNumber: 1, streams: [{ pid: 0x100, streamType: 0x1b, descriptors: [] }] })
  const good = builder.take()
  const bad = builder.pmt(0x1000, { programNumber: 1, streams: [] }).take()
  bad[20]! ^= 0x40
  assert.deepEqual(codesOf(concatBytes([good, bad])), ['broken-left-out'])
  assert.equal(demuxAll(concatBytes([good, bad])).stats.programNumber, 1)
})

test('PIDs of other programs are forgotten with their programs, however many come and go', () => {
  const builder = new TsBuilder()
  for (let n = 2; n < 3000; n++) {
    builder.pat([...program, { programNumber: n, pmtPid: 0x1001 }])
    if (n === 2) builder.pmt(0x1000, { programNumber: 1, streams: [{ pid: 0x100, streamType: 0x1b, descriptors: [] }] })
    builder.pmt(0x1001, { programNumber: n, streams: [{ pid: 0x105, streamType: 0x1b, descriptors: [] }] })
  }
  builder.pat(program)
  for (let i = 0; i < 150; i++) builder.pes(0x105, new Uint8Array(20), 9000 + i)
  assert.equal(notesOf(builder.take()).at(-1), 'track-not-carried data PID 0x105, which no program table names')
})

test('a changed ADTS header is a changed track', () => {
  const streams = [{ pid: 0x110, streamType: 0x0f, descriptors: [] }]
  const frame = (rateIndex: number): Uint8Array =>
    concatBytes([Uint8Array.of(0xff, 0xf1, 0x40 | (rateIndex << 2), 0x80, 0x04, 0x1f, 0xfc), new Uint8Array(25)])
  const builder = new TsBuilder().pat(program).pmt(0x1000, { programNumber: 1, streams })
  for (const [i, rateIndex] of [3, 3, 4, 4].entries())
    builder.pes(0x110, concatBytes([frame(rateIndex), frame(rateIndex)]), 9000 + i * 4000)
  assert.deepEqual(
    demuxAll(builder.take()).tracks.map((track) => track.kind === 'audio' && track.sampleRate),
    [48_000, 44_100],
  )
})
