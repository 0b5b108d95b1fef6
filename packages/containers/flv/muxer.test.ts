import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import type { Frame, Track } from '@sluice/codecs/frame'
import { demux, fixtureBytes, fixtureNames, formatDemuxed, type Tag, tagsOf } from './fixtures/read-fixture.ts'
import { canCarry, FlvFileReader, flvConfigBody, flvFrameHeader, flvTimestampMs, writeFlvHeader, writeFlvTag } from './index.ts'

const enhanced = { enhanced: true }
const classic = { enhanced: false }

/** The frames of a fixture as tags again, each track announced before its first frame. */
function remux(name: (typeof fixtureNames)[number], rename = (track: Track): Track => track): Tag[] {
  const tracks = new Map<Track, Track>()
  const tags: Tag[] = []
  for (const frame of demux(tagsOf(fixtureBytes(name))).frames) {
    const timestampMs = flvTimestampMs(frame.dts)
    let track = tracks.get(frame.track)
    if (track === undefined) {
      track = rename(frame.track)
      tracks.set(frame.track, track)
      const config = flvConfigBody(track, enhanced)
      if (config !== null) tags.push({ kind: track.kind, timestampMs, body: config })
    }
    const header = flvFrameHeader({ ...frame, track }, enhanced)
    assert.ok(header !== null)
    tags.push({ kind: track.kind, timestampMs, body: concatBytes([header, frame.bytes]) })
  }
  return tags
}

const sorted = (text: string): string[] => text.split('\n').sort()

for (const name of fixtureNames) {
  test(`${name}: tracks and frames survive writing and reading`, () => {
    const first = demux(tagsOf(fixtureBytes(name)))
    assert.deepEqual(sorted(formatDemuxed(demux(remux(name)))), sorted(formatDemuxed(first)))
  })

  test(`${name}: every frame is written byte for byte as ffmpeg wrote it`, () => {
    const theirs = new Set(tagsOf(fixtureBytes(name)).map((tag) => toHex(tag.body)))
    // FLAC: ours has the magic of the specification, ffmpeg's header is bare.
    const ours = remux(name)
      .map((tag) => toHex(tag.body))
      .filter((hex) => !hex.startsWith('90664c6143'))
    assert.deepEqual(
      ours.filter((hex) => !theirs.has(hex)),
      [],
    )
  })

  test(`${name}: any track can go by as track 7`, () => {
    const out = demux(remux(name, (track) => (track.kind === 'video' ? { ...track, id: track.id + 7 } : track)))
    assert.ok(out.tracks.filter((t) => t.kind === 'video').every((t) => t.id >= 7))
    assert.equal(out.frames.length, demux(tagsOf(fixtureBytes(name))).frames.length)
  })
}

test('the classic form refuses what it has no words for', () => {
  const words = demux(fixtureNames.flatMap((name) => tagsOf(fixtureBytes(name)))).tracks.map((track) => {
    assert.equal(canCarry(track, enhanced), true)
    if (!canCarry(track, classic)) assert.equal(flvConfigBody(track, classic), null)
    return `${track.codec}${track.id} ${canCarry(track, classic)}`
  })
  assert.deepEqual([...new Set(words)].sort(), [
    'aac0 true',
    'ac32 false',
    'av10 false',
    'eac30 false',
    'flac0 false',
    'h2640 true',
    'h2650 false',
    'h2651 false',
    'mp30 true',
    'opus0 false',
    'opus1 false',
    'vp90 false',
  ])
})

const track = demux(tagsOf(fixtureBytes('h264-aac'))).tracks[0]!
const frameAt = (dts: number, pts: number): Frame => ({ track, dts, pts, isKey: false, bytes: new Uint8Array(0) })

const times = [
  { name: 'whole milliseconds', dts: 900, pts: 4500, ms: 10, header: '2701000028' },
  { name: 'thirds of a millisecond', dts: 3030, pts: 9045, ms: 34, header: '2701000043' },
  { name: 'a presentation before the decoding', dts: 4500, pts: 900, ms: 50, header: '2701ffffd8' },
  { name: 'an offset that does not fit', dts: 0, pts: 90 * 9_000_000, ms: 0, header: '27017fffff' },
]
for (const { name, dts, pts, ms, header } of times) {
  test(`frame header: ${name}`, () => {
    assert.equal(flvTimestampMs(dts), ms)
    assert.equal(toHex(flvFrameHeader(frameAt(dts, pts), classic)!), header)
  })
}

test('a file is read as written, in pieces of any size', () => {
  const file = concatBytes([
    writeFlvHeader({ audio: true, video: true }),
    ...remux('h264-aac').map((tag) => writeFlvTag(tag.kind, tag.timestampMs + 0xfffffff0, [tag.body])),
  ])
  const whole = tagsOf(file).map((tag) => `${tag.kind} ${tag.timestampMs} ${toHex(tag.body)}`)
  assert.equal(whole.length, remux('h264-aac').length)
  for (const step of [1, 7, 100, 4096]) {
    const reader = new FlvFileReader()
    const tags: string[] = []
    for (let at = 0; at < file.length; at += step) {
      reader.push(file.subarray(at, at + step), (kind, timestampMs, body) => tags.push(`${kind} ${timestampMs} ${toHex(body)}`))
    }
    assert.deepEqual(tags, whole)
  }
})

test('a file that is none, and a tag that is too long, are refused', () => {
  const ignore = (): void => {}
  assert.throws(() => new FlvFileReader().push(new Uint8Array(20), ignore), WireError)
  const header = writeFlvHeader({ audio: true, video: true })
  header[5] = 1
  assert.throws(() => new FlvFileReader().push(header, ignore), /FLV_HEADER|header of/)
  assert.throws(() => writeFlvTag('video', 0, [new Uint8Array(0x1000000)]), WireError)
})
