import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { concatBytes, toHex } from '@sluice/base/bytes'
import { SluiceError, WireError } from '@sluice/base/errors'
import type { Frame, MediaNote, Track } from '@sluice/codecs/frame'
import { mutationsOf } from '@sluice/testkit/random'
import { u16, u32, writeBox, writeFullBox } from './box-bytes.ts'
import { demuxFlv, type Media, segmentsOf } from './fixtures/segments.ts'
import { Fmp4Demuxer, findBox, readBoxes, writeFragment } from './index.ts'

const readMedia = (name: string): Media =>
  demuxFlv(new Uint8Array(readFileSync(path.join(import.meta.dirname, '../flv/fixtures', `${name}.flv`))))

/** All that a demuxer makes of `segments`. */
function demux(segments: readonly Uint8Array[]): Media {
  const media: Media = { tracks: [], frames: [] }
  const demuxer = new Fmp4Demuxer()
  const sink = { onTrack: (track: Track) => media.tracks.push(track), onFrame: (frame: Frame) => media.frames.push(frame) }
  for (const bytes of segments) demuxer.push(bytes, sink)
  return media
}

const told = ({ track, dts, pts, isKey, bytes }: Frame) => [track.kind, track.id, dts, pts, isKey, toHex(bytes)]

const names = ['h264-aac', 'h264-mp3', 'enhanced-hevc-opus', 'enhanced-av1-aac51', 'enhanced-av1-eac3', 'enhanced-vp9-flac', 'multitrack']
for (const name of names) {
  test(`${name}: what was muxed comes out again, frame by frame and with its configuration`, () => {
    const media = readMedia(name)
    const { init, fragments } = segmentsOf(media, media.tracks, 18_000)
    const out = demux([init, ...fragments])
    for (const track of media.tracks) {
      const own = (all: readonly Frame[]) => all.filter(({ track: { kind, id } }) => kind === track.kind && id === track.id)
      assert.deepEqual(own(out.frames).map(told), own(media.frames).map(told))
      const read = out.tracks.filter(({ kind, id }) => kind === track.kind && id === track.id)
      assert.deepEqual(
        read.map((one) => [one.codec, one.codecString]),
        [[track.codec, track.codecString]],
      )
    }
    assert.ok(out.frames.every((frame, i) => i === 0 || frame.dts >= out.frames[i - 1]!.dts))
  })
}

const media = readMedia('h264-aac')
const { init, fragments } = segmentsOf(media, media.tracks, 18_000)

test('an init segment and its first fragment may be one file', () => {
  assert.deepEqual(demux([concatBytes([init, fragments[0]!])]).frames.map(told), demux([init, fragments[0]!]).frames.map(told))
})

test('a fragment without an init segment, and bytes that are neither, are refused with their own words', () => {
  assert.throws(() => demux([fragments[0]!]), { code: 'FMP4_NO_INIT' })
  assert.throws(() => demux([writeBox('ftyp', u32(0))]), /no "moov" and no "moof" in 12 bytes/)
})

test('encrypted media is refused as such', () => {
  const locked = new Uint8Array(init)
  const entry = findBox(readBoxes(init), ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'avc1'])!
  locked.set([0x65, 0x6e, 0x63, 0x76], entry.at + 4) // encv
  assert.throws(() => demux([locked]), { code: 'FMP4_ENCRYPTED' })
})

test('encrypted sound beside clear pictures is left out and named', () => {
  const locked = new Uint8Array(init)
  const stsds = readBoxes(init)[1]!
    .children.filter(({ type }) => type === 'trak')
    .map((trak) => findBox(trak.children, ['mdia', 'minf', 'stbl', 'stsd'])!)
  const entry = stsds.flatMap(({ children }) => children).find(({ type }) => type === 'mp4a')!
  locked.set([0x65, 0x6e, 0x63, 0x61], entry.at + 4) // enca
  const notes: MediaNote[] = []
  new Fmp4Demuxer().push(locked, { onTrack() {}, onFrame() {}, onNote: (note) => notes.push(note) })
  assert.deepEqual(notes, [{ code: 'form-not-carried', media: 'audio', subject: 'encrypted' }])
})

test('a track of another codec is named, whatever its four characters are', () => {
  const named = (characters: string): MediaNote[] => {
    const other = new Uint8Array(init)
    const stsd = findBox(readBoxes(init), ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'])!
    other.set(
      [...characters].map((char) => char.charCodeAt(0)),
      stsd.children[0]!.at + 4,
    )
    const notes: MediaNote[] = []
    new Fmp4Demuxer().push(other, { onTrack() {}, onFrame() {}, onNote: (note) => notes.push(note) })
    return notes
  }
  assert.deepEqual(named('vvc1'), [{ code: 'codec-not-carried', media: 'video', subject: 'VVC' }])
  assert.deepEqual(named('wvtt'), [{ code: 'data-not-carried', media: 'data', subject: 'WebVTT subtitles' }])
  assert.deepEqual(named('zz9z'), [{ code: 'data-not-carried', media: 'data', subject: 'sample entry zz9z' }])
  assert.deepEqual(named('\u0001<b>'), [{ code: 'data-not-carried', media: 'data', subject: 'sample entry of an unknown kind' }])
})

test('a sample of broken NAL units is cut or left out and noted, and all others come as they were', () => {
  const { init: start, fragments } = segmentsOf(media, media.tracks, 18_000)
  const good = demux([start, fragments[0]!]).frames
  const broken = new Uint8Array(fragments[0]!)
  const at = good.find(({ track }) => track.kind === 'video')!.bytes
  const from = fragments[0]!.findIndex((_, i) => at.every((byte, n) => fragments[0]![i + n] === byte))
  broken.set([0x7f, 0xff, 0xff, 0xff], from)
  const notes: MediaNote[] = []
  const frames: Frame[] = []
  const demuxer = new Fmp4Demuxer()
  for (const part of [start, broken])
    demuxer.push(part, { onTrack() {}, onFrame: (frame) => frames.push(frame), onNote: (note) => notes.push(note) })
  assert.deepEqual(notes, [{ code: 'broken-left-out', media: 'video', subject: 'NAL units that do not fit their sample' }])
  const first = good.findIndex(({ track }) => track.kind === 'video')
  assert.deepEqual(frames.map(told), good.filter((_, i) => i !== first).map(told))
})

/** The init segment of one track with an edit list, and with the track's defaults in trex. */
function withEdits(
  edits: readonly (readonly [duration: number, mediaTime: number])[],
  defaults: readonly number[] = [0, 0, 0],
): Uint8Array {
  const { init: plain } = segmentsOf(media, media.tracks.slice(0, 1), 18_000)
  const moov = findBox(readBoxes(plain), ['moov'])!
  const part = (type: string): Uint8Array => {
    const box = moov.children.find((child) => child.type === type)!
    return plain.subarray(type === 'trak' ? box.bodyAt : box.at, box.end)
  }
  const list = edits.map(([duration, mediaTime]) => [...u32(duration), ...u32(mediaTime), ...u16(1), ...u16(0)])
  const elst = writeFullBox('elst', 0, 0, u32(edits.length), list.flat())
  const trex = writeFullBox('trex', 0, 0, u32(1), u32(1), defaults.flatMap(u32))
  return writeBox('moov', part('mvhd'), writeBox('trak', part('trak'), writeBox('edts', elst)), writeBox('mvex', trex))
}
const video = media.frames.filter(({ track }) => track.kind === 'video')

test('an edit list moves a track: an empty edit later, a media time earlier', () => {
  const own = segmentsOf(media, media.tracks.slice(0, 1), 18_000).fragments
  const { frames } = demux([
    withEdits([
      [90_000, -1],
      [0, 6000],
    ]),
    ...own,
  ])
  assert.deepEqual(
    frames.map(({ dts, pts }) => [dts, pts]),
    video.map(({ dts, pts }) => [dts + 84_000, pts + 84_000]),
  )
})

test('what a fragment does not say is taken from the init segment, and a run without an offset goes on behind the one before', () => {
  const sizes = video.slice(0, 4).map(({ bytes }) => bytes.length)
  const data = concatBytes(video.slice(0, 4).map(({ bytes }) => bytes))
  const run = (offset: number | null, some: number[]): Uint8Array =>
    writeFullBox('trun', 0, offset === null ? 0x200 : 0x201, u32(some.length), offset === null ? [] : u32(offset), some.flatMap(u32))
  const moofOf = (offset: number): Uint8Array => {
    const traf = [writeFullBox('tfhd', 0, 0x020000, u32(1)), writeFullBox('tfdt', 0, 0, u32(9000))]
    return writeBox('moof', writeBox('traf', ...traf, run(offset, sizes.slice(0, 2)), run(null, sizes.slice(2))))
  }
  const moof = moofOf(moofOf(0).length + 8)
  const { frames } = demux([withEdits([], [3000, 0, 0]), concatBytes([moof, writeBox('mdat', data)])])
  assert.deepEqual(
    frames.map(({ dts }) => dts),
    [9000, 12_000, 15_000, 18_000],
  )
  assert.deepEqual(
    frames.map(({ bytes }) => toHex(bytes)),
    video.slice(0, 4).map(({ bytes }) => toHex(bytes)),
  )
})

test('frames that are shown before their decoding time are decoded earlier instead', () => {
  const track = media.tracks[0]!
  const shown = [0, 9000, 3000, 6000]
  const samples = shown.map((pts, i) => ({ frame: { ...video[i]!, track, dts: i * 3000, pts }, duration90k: 3000 }))
  const { frames } = demux([withEdits([]), writeFragment(1, [{ trackId: 1, samples }])])
  assert.deepEqual(
    frames.map(({ dts, pts }) => [dts, pts]),
    [
      [-3000, 0],
      [0, 9000],
      [3000, 3000],
      [6000, 6000],
    ],
  )
})

test('a handful of bytes can not ask for millions of samples', () => {
  const traf = writeBox(
    'traf',
    writeFullBox('tfhd', 0, 0x020000, u32(1)),
    writeFullBox('tfdt', 0, 0, u32(0)),
    writeFullBox('trun', 0, 0, u32(90_000)),
  )
  assert.throws(() => demux([init, writeBox('moof', traf, traf, traf)]), /more than \d+ samples/)
})

test('any bytes give frames or a WireError (seed 32)', () => {
  const count = Number(process.env['SLUICE_FUZZ'] ?? 4000)
  const counts = { read: 0, refused: 0 }
  for (const b of mutationsOf(32, count, [
    init,
    withEdits([
      [5, -1],
      [0, 9],
    ]),
    ...fragments,
    concatBytes([init, fragments[0]!]),
  ])) {
    try {
      demux([init, b, fragments[1]!])
      counts.read++
    } catch (err) {
      assert.ok(
        err instanceof SluiceError && (err instanceof WireError || err.blame === 'peer'),
        `${toHex(b.subarray(0, 200))}: ${err instanceof Error ? err.stack : err}`,
      )
      counts.refused++
    }
  }
  assert.ok(counts.read > count / 20 && counts.refused > count / 20, JSON.stringify(counts))
})

/** A fragment of track 1 whose runs, `counts` samples each of `bytes`, all start at the same byte of `mdatBytes` of media data. */
function sharedRuns(counts: readonly number[], bytes: number, mdatBytes: number): Uint8Array {
  const runs = (offset: number): Uint8Array[] =>
    counts.map((count) => writeFullBox('trun', 0, 0x201, u32(count), u32(offset), Array.from({ length: count }, () => u32(bytes)).flat()))
  const moofOf = (offset: number): Uint8Array => {
    const traf = [writeFullBox('tfhd', 0, 0x020000, u32(1)), writeFullBox('tfdt', 0, 0, u32(9000))]
    return writeBox('moof', writeBox('traf', ...traf, ...runs(offset)))
  }
  return concatBytes([moofOf(moofOf(0).length + 8), writeBox('mdat', new Uint8Array(mdatBytes))])
}

test('samples that use the same bytes again and again are refused at once, whatever the order of their runs', () => {
  const huge = sharedRuns(
    Array.from({ length: 1000 }, () => 1),
    40_000,
    40_000,
  )
  assert.throws(() => demux([withEdits([]), huge]), /use the same bytes again: they have more than the 40000 bytes of media data/)
  assert.throws(() => demux([withEdits([]), sharedRuns([2], 30_000, 60_000 - 1)]), /same bytes again|ends at byte/)
  const twice = concatBytes([sharedRuns([1], 40_000, 40_000), sharedRuns([1, 1], 40_000, 40_000)])
  assert.throws(() => demux([withEdits([]), twice]), /same bytes again/)
})

test('samples of no bytes are bounded by the bytes that came', () => {
  const traf = writeBox(
    'traf',
    writeFullBox('tfhd', 0, 0x020000, u32(1)),
    writeFullBox('tfdt', 0, 0, u32(0)),
    writeFullBox('trun', 0, 0, u32(90_000)),
  )
  assert.throws(() => demux([init, writeBox('moof', traf)]), { code: 'FMP4_BOX' })
})

const numbers = [
  { name: 'a timescale of 0', scale: 0 },
  { name: 'a timescale above a nanosecond', scale: 0xffffffff },
]
for (const { name, scale } of numbers) {
  test(`an init segment of ${name} is refused`, () => {
    const bad = new Uint8Array(init)
    const mdhd = findBox(readBoxes(init), ['moov', 'trak', 'mdia', 'mdhd'])!
    bad.set(u32(scale), mdhd.bodyAt + 12)
    assert.throws(() => demux([bad]), /timescale in "mdhd" is/)
  })
}

test('an edit list that moves a track by more than a day, and a sample shown minutes after it is decoded, are refused', () => {
  assert.throws(
    () =>
      demux([
        withEdits([
          [0xffffffff, -1],
          [0xffffffff, -1],
        ]),
        fragments[0]!,
      ]),
    /moves track 1 by/,
  )
  const track = media.tracks[0]!
  const samples = [{ frame: { ...video[0]!, track, dts: 0, pts: 90_000 * 61 }, duration90k: 3000 }]
  assert.throws(() => demux([withEdits([]), writeFragment(1, [{ trackId: 1, samples }])]), /shown 61 s after it is decoded/)
})
