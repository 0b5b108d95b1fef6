import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex } from '@sluice/base/bytes'
import { demux, type Tag } from './fixtures/read-fixture.ts'

const avcc = '0142c00cffe100166742c00cda0507ec0440000003004000000783c50aa801000468ce0fc8'
const otherAvcc = '014d4020ffe10019674d4020eca02802dd80880000030008000003032078c18cb001000468ef8fc8'
const hvcc =
  '0101600000009000000000003ff000fcfdf8f800000f03200001001840010c01ffff01600000030090000003000003003f959409210001002b42010101600000030090000003000003003fa005020171f2e595952930bc05a020000003002000000303c122000100064401c073c189'
const av1c = '81080c000a0b00000042abbfc3700be001'
const idr = '00000003658884'
const inter = '00000002419a'

const video = (timestampMs: number, hex: string): Tag => ({ kind: 'video', timestampMs, body: fromHex(hex) })
const audio = (timestampMs: number, hex: string): Tag => ({ kind: 'audio', timestampMs, body: fromHex(hex) })
/** `v0 5 ms +40 key 6`: track, dts, pts - dts, key, bytes. */
const frames = (tags: Tag[]): string[] =>
  demux(tags).frames.map(
    (f) => `${f.track.kind[0]}${f.track.id} ${f.dts / 90} ms +${(f.pts - f.dts) / 90}${f.isKey ? ' key' : ''} ${f.bytes.length}`,
  )

const messages = [
  { name: 'classic AVC', tags: [video(0, `1700000000${avcc}`), video(5, `1701000028${idr}`)], expected: ['v0 5 ms +40 key 7'] },
  {
    name: 'a negative composition time',
    tags: [video(0, `1700000000${avcc}`), video(5, `2701ffffd8${inter}`)],
    expected: ['v0 5 ms +-40 6'],
  },
  {
    name: 'classic HEVC as CDNs in China send it',
    tags: [video(0, `1c00000000${hvcc}`), video(5, '1c0100000a000000022601')],
    expected: ['v0 5 ms +10 key 6'],
  },
  { name: 'classic AAC', tags: [audio(0, 'af001210'), audio(7, 'af01aabbcc')], expected: ['a0 7 ms +0 key 3'] },
  { name: 'classic MP3', tags: [audio(7, '2ffffb906400')], expected: ['a0 7 ms +0 key 5'] },
  { name: 'MP3 with the format number for 8 kHz', tags: [audio(7, 'e2ffe318c4')], expected: ['a0 7 ms +0 key 4'] },
  {
    name: 'enhanced AVC with an offset',
    tags: [video(0, `9061766331${avcc}`), video(5, `9161766331000028${idr}`)],
    expected: ['v0 5 ms +40 key 7'],
  },
  {
    name: 'enhanced HEVC without an offset',
    tags: [video(0, `9068766331${hvcc}`), video(5, 'a36876633100000002' + '0201')],
    expected: ['v0 5 ms +0 6'],
  },
  {
    name: 'enhanced AV1',
    tags: [video(0, `9061763031${av1c}`), video(5, '916176303112000a0100320310aabb')],
    expected: ['v0 5 ms +0 key 8'],
  },
  { name: 'enhanced Opus without a header', tags: [audio(0, '904f707573'), audio(9, '914f707573f8ff')], expected: ['a0 9 ms +0 key 2'] },
  {
    name: 'one track of a multitrack message',
    tags: [video(0, `96006176633105${avcc}`), video(5, `960361766331 05 ${idr}`)],
    expected: ['v5 5 ms +0 key 7'],
  },
  {
    name: 'many tracks of one codec',
    tags: [audio(0, '95106d7034610100000212100200000211 90'), audio(8, '95116d703461010000 02aabb02000001cc')],
    expected: ['a1 8 ms +0 key 2', 'a2 8 ms +0 key 1'],
  },
  {
    name: 'many tracks of many codecs',
    tags: [audio(0, '95206d703461000000021210' + '4f70757301000000'), audio(8, '95216d70346100000002aabb' + '4f70757301000002f8ff')],
    expected: ['a0 8 ms +0 key 2', 'a1 8 ms +0 key 2'],
  },
]
for (const { name, tags, expected } of messages) {
  test(`message: ${name}`, () => assert.deepEqual(frames(tags), expected))
}

test('a nanosecond offset moves both times, to the nearest tick', () => {
  // ModEx, 3 bytes of data: 500000 ns; then type 0 and coded frames.
  const out = demux([video(0, `9061766331${avcc}`), video(5, `970207a1200361766331${idr}`)])
  assert.deepEqual([out.frames[0]!.dts, out.frames[0]!.pts], [495, 495])
})

test('modifiers that nobody knows are passed over, short and long', () => {
  const long = concatBytes([fromHex('97ff0100'), new Uint8Array(257), fromHex(`f361766331${idr}`)])
  const out = demux([video(0, `9061766331${avcc}`), video(5, `970099f361766331${idr}`), { kind: 'video', timestampMs: 6, body: long }])
  assert.deepEqual(
    out.frames.map((f) => f.dts),
    [450, 540],
  )
})

test('video metadata is passed up, whatever its frame type', () => {
  const out = demux([video(0, 'd46876633102000a'), video(0, '9461763031030009')])
  assert.deepEqual(
    out.metadata.map((b) => b.length),
    [3, 3],
  )
})

test('data messages are passed up raw and do not touch the clock', () => {
  const out = demux([{ kind: 'data', timestampMs: 4_000_000_000, body: fromHex('02000a') }, audio(1, 'af001210'), audio(2, 'af01aa')])
  assert.equal(out.data.length, 1)
  assert.equal(out.frames[0]!.dts, 180)
})

test('the timestamp goes on over its 32-bit wrap, for audio and video alike', () => {
  const tags = [video(0xffffffd8, `1700000000${avcc}`), audio(0xffffffd8, 'af001210'), video(0xfffffff0, `1701000000${idr}`)]
  tags.push(audio(0xfffffffa, 'af01aa'), video(0x18, `2701000000${inter}`), audio(0x11, 'af01aa'))
  assert.deepEqual(
    demux(tags).frames.map((f) => f.dts / 90),
    [0xfffffff0, 0xfffffffa, 2 ** 32 + 0x18, 2 ** 32 + 0x11],
  )
})

test('a repeated configuration is no news, a changed one is a new track', () => {
  const config = video(0, `1700000000${avcc}`)
  const out = demux([config, video(0, `1701000000${idr}`), config, video(9, `1700000000${otherAvcc}`), video(9, `1701000000${idr}`)])
  assert.deepEqual(
    out.tracks.map((t) => t.codecString),
    ['avc1.42c00c', 'avc1.4d4020'],
  )
  assert.deepEqual(
    out.frames.map((f) => out.tracks.indexOf(f.track)),
    [0, 1],
  )
})

test('a changed codec is a new track of the same id', () => {
  const out = demux([
    video(0, `1700000000${avcc}`),
    video(1, `9068766331${hvcc}`),
    video(2, '9368766331000000022601'),
    video(3, `1701000000${idr}`),
  ])
  assert.deepEqual(
    out.tracks.map((t) => `${t.id} ${t.codec}`),
    ['0 h264', '0 h265'],
  )
  assert.deepEqual(
    out.frames.map((f) => f.track.codec),
    ['h265'],
  )
  assert.equal(out.stats.framesBeforeConfig, 1)
})

test('MP3 that changes its rate for three frames is a new track, one that changes its bitrate is not', () => {
  const out = demux([audio(0, '2ffffb9064'), audio(1, '2ffffba064'), ...[2, 3, 4].map((ms) => audio(ms, '2ffffb9464'))])
  assert.deepEqual(
    out.tracks.map((t) => t.kind === 'audio' && t.sampleRate),
    [44_100, 48_000],
  )
})

const skipped = [
  { name: 'frames before a configuration', tag: video(0, `1701000000${idr}`), counter: 'framesBeforeConfig' },
  {
    name: 'a frame of a track nobody announced',
    tag: video(0, '960361766331070000000265 88'),
    counter: 'framesBeforeConfig',
  },
  { name: 'a VP9 inter frame before any key frame', tag: video(0, 'a1767030398600'), counter: 'framesBeforeConfig' },
  { name: 'an old video codec', tag: video(0, '1200'), counter: 'unknownCodecs' },
  { name: 'an old audio codec', tag: audio(0, 'b200'), counter: 'unknownCodecs' },
  { name: 'a FourCC that is not carried', tag: video(0, '9176766331aa'), counter: 'unknownCodecs' },
  { name: 'an AVC packet type that is none', tag: video(0, '1709000000aa'), counter: 'unknownPackets' },
  { name: 'MPEG-2 TS sequence start', tag: video(0, '9561763031aa'), counter: 'unknownPackets' },
  { name: 'an audio packet type that is reserved', tag: audio(0, '936d703461'), counter: 'unknownPackets' },
  { name: 'an empty message', tag: audio(0, ''), counter: 'emptyFrames' },
  { name: 'an AAC frame of nothing', tag: audio(0, 'af01'), counter: 'emptyFrames' },
] as const
for (const { name, tag, counter } of skipped) {
  test(`skipped and counted: ${name}`, () => {
    const out = demux([tag])
    assert.equal(out.stats[counter], 1)
    assert.equal(out.frames.length + out.tracks.length, 0)
  })
}

for (const hex of [
  '5701',
  'd10061',
  '1702000000',
  '1702',
  '92617663 31',
  '926d7034 61',
  '946d703461010200000003',
  '9630',
  '1700000000',
  'af00',
]) {
  test(`nothing comes of ${hex}, and nothing is counted as unknown`, () => {
    const out = demux([hex.startsWith('a') || hex.includes('6d70') ? audio(0, hex) : video(0, hex)])
    assert.equal(out.frames.length + out.tracks.length + out.stats.unknownCodecs + out.stats.unknownPackets, 0)
  })
}

const broken = [
  { name: 'an AVC message of one byte', tag: video(6, '17') },
  { name: 'an AVC message of four bytes', tag: video(6, '17010000') },
  { name: 'an AAC message of one byte', tag: audio(6, 'af') },
  { name: 'half a FourCC', tag: video(6, '916176') },
  { name: 'half a composition time', tag: video(6, '91617663310000') },
  { name: 'a modifier that leaves the body', tag: video(6, '970901') },
  { name: 'a track that leaves the body', tag: audio(6, '95116d70346100000009aa') },
  { name: 'multitrack in multitrack', tag: audio(6, '95056d703461') },
  { name: 'more tracks than ids', tag: audio(6, `95116d703461${'00000000'.repeat(257)}`) },
  { name: 'a changed avcC that is broken', tag: video(6, '1700000000014d') },
  { name: 'a changed AudioSpecificConfig that is broken', tag: audio(6, 'af0012') },
  { name: 'an MP3 frame among AAC', tag: audio(6, '2ffffb906400') },
]
for (const { name, tag } of broken) {
  test(`${name} is left out and noted, and all else goes on`, () => {
    const before = [video(0, `1700000000${avcc}`), audio(0, 'af001210'), video(5, `1701000000${idr}`), audio(5, 'af01aabb')]
    const after = [video(7, `2701000000${inter}`), audio(7, 'af01aacc')]
    const { frames: found, notes } = demux([...before, tag, ...after])
    const { frames: expected } = demux([...before, ...after])
    const kept = found.filter(({ dts }) => dts !== 6 * 90)
    assert.deepEqual(kept, expected)
    assert.ok(notes.some(({ code, media }) => code === 'broken-left-out' && media === tag.kind))
  })
}

test('messages without payload are left out as empty, and an empty sequence header at the end is none of them', () => {
  const { notes, frames: found } = demux([audio(0, ''), audio(0, 'af001210'), audio(5, 'af01'), video(5, ''), audio(9, 'af00')])
  assert.equal(found.length, 0)
  assert.deepEqual(
    notes.map(({ code, media }) => `${code} ${media}`),
    ['empty-left-out audio', 'empty-left-out audio', 'empty-left-out video'],
  )
})

test('frames that go on without configuration are named, and those that only begin before it are not', () => {
  const without = (count: number): Tag[] => Array.from({ length: count }, (_, i) => audio(i, 'af01aabb'))
  assert.deepEqual(demux(without(24)).notes, [])
  assert.deepEqual(demux(without(25)).notes, [{ code: 'config-missing', media: 'audio', subject: 'AAC' }])
})

/** The codecs that the classic header can name and Sluice carries, by sound format and codec id. */
const carried = { audio: [2, 10, 14], video: [7, 12] }

test('every classic sound format and codec id is carried or named', () => {
  for (let id = 0; id < 16; id++) {
    const sound = demux([audio(0, `${id.toString(16)}f01aabbccddeeff`)]).notes
    if (!carried.audio.includes(id) && id !== 9) {
      assert.equal(sound[0]?.code, 'codec-not-carried', `sound format ${id}`)
      assert.notEqual(sound[0]?.subject, '')
    }
    const picture = demux([video(0, `2${id.toString(16)}01000000aabbcc`)]).notes
    if (!carried.video.includes(id)) assert.equal(picture[0]?.code, 'codec-not-carried', `codec id ${id}`)
  }
})

test('the codecs of cameras and drones have their names', () => {
  const subjects = [
    audio(0, '7f00'),
    audio(0, '8f00'),
    audio(0, 'bf00'),
    video(0, '2200'),
    video(0, '2400'),
    video(0, '91' + '76766331' + '00'),
  ]
  assert.deepEqual(
    subjects.map((tag) => demux([tag]).notes[0]?.subject),
    ['G.711 A-law', 'G.711 mu-law', 'Speex', 'Sorenson H.263', 'VP6', 'VVC'],
  )
})

test('any FourCC is carried or named, and a name holds no characters of the far end’s choice', () => {
  for (const hex of ['41414141', '00000000', 'ffffffff', '1b5b316d', '3c736372', '76703038']) {
    for (const tag of [video(0, `91${hex}00`), audio(0, `91${hex}00`)]) {
      const note = demux([tag]).notes[0]
      assert.equal(note?.code, 'codec-not-carried')
      assert.match(note?.subject ?? '', /^[\w .()-]+$/)
    }
  }
})

test('a damaged picture is cut to its whole NAL units and counted', () => {
  const out = demux([video(0, `1700000000${avcc}`), video(5, `1701000000${idr}000000ff41`), video(6, '2701000000000000ff41')])
  assert.deepEqual(
    out.frames.map((f) => f.bytes.length),
    [7],
  )
  assert.equal(out.stats.damagedFrames, 2)
})

test('the picture decides what a key frame is, and a wrong flag is counted', () => {
  const out = demux([video(0, `1700000000${avcc}`), video(5, `2701000000${idr}`), video(6, `1701000000${inter}`)])
  assert.deepEqual(
    out.frames.map((f) => f.isKey),
    [true, false],
  )
  assert.equal(out.stats.keyFlagMismatches, 2)
})

test('frames are views of the message, configurations are copies', () => {
  const config = video(0, `1700000000${avcc}`)
  const frame = video(5, `1701000000${idr}`)
  const out = demux([config, frame])
  assert.equal(out.frames[0]!.bytes.buffer, frame.body.buffer)
  assert.notEqual(out.tracks[0]!.config.buffer, config.body.buffer)
})
