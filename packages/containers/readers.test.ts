import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import type { Frame, Track } from '@sluice/codecs/frame'
import { FlvDemuxer, FlvFileReader, writeFlvHeader } from '@sluice/containers/flv'
import { Fmp4Demuxer, readBoxes, readFragments, writeFragment, writeInitSegment } from '@sluice/containers/fmp4'
import { isMultivariantPlaylist, parseLivePlaylist, parseMediaPlaylist, parseMultivariantPlaylist } from '@sluice/containers/m3u8'
import { parseMpd } from '@sluice/containers/mpd'
import { BareAudioReader, TsDemuxer, TsMuxer } from '@sluice/containers/mpegts'
import { isPackedAudio, PackedAudioReader, readId3Tags } from '@sluice/containers/packed-audio'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { type ReaderCase, readerContract } from '@sluice/testkit/readers'

const [video, audio] = [makeVideoTrack(), makeAudioTrack()]
const frames = makeMedia({ video, audio, startMs: 1000, durationMs: 400, gopFrames: 5 })
const flv = new Uint8Array(readFileSync(path.join(import.meta.dirname, 'flv/fixtures/multitrack.flv'))).subarray(0, 6000)
const init = writeInitSegment([
  { trackId: 1, track: video },
  { trackId: 2, track: audio },
])
const runOf = (track: Track, trackId: number) => ({
  trackId,
  samples: frames.filter((frame) => frame.track === track).map((frame) => ({ frame, duration90k: 3000 })),
})
const fragment = writeFragment(1, [runOf(video, 1), runOf(audio, 2)])
const muxer = new TsMuxer()
for (const track of [video, audio]) muxer.addTrack(track)
const ts = concatBytes(frames.map((frame) => muxer.write(frame)))
const text = (...lines: string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'))
const media = text(
  '#EXTM3U',
  '#EXT-X-TARGETDURATION:2',
  '#EXT-X-MAP:URI="i",BYTERANGE="9@1"',
  '#EXT-X-BYTERANGE:5@7',
  '#EXTINF:2.0,t',
  's.ts',
  '',
)
const live = text(
  '#EXTM3U',
  '#EXT-X-TARGETDURATION:2',
  '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.6',
  '#EXT-X-PART-INF:PART-TARGET=0.5',
  '#EXT-X-MEDIA-SEQUENCE:7',
  '#EXT-X-MAP:URI="i"',
  '#EXT-X-PROGRAM-DATE-TIME:2026-11-30T12:00:00.000Z',
  '#EXT-X-PART:DURATION=0.5,URI="p",INDEPENDENT=YES',
  '#EXTINF:0.5,',
  's',
  '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="q"',
  '',
)
const manifest = text(
  '<?xml version="1.0"?><MPD type="dynamic" availabilityStartTime="1970-01-01T00:00:00Z" publishTime="2026-11-30T12:00:00Z" profiles="a">',
  '<Period id="1" start="PT5S"><AdaptationSet contentType="video" mimeType="video/mp4"><SegmentTemplate timescale="90000"',
  ' media="v-$Number$" initialization="i" startNumber="4"><SegmentTimeline><S t="0" d="180000" r="3"/></SegmentTimeline></SegmentTemplate>',
  '<Representation id="v" bandwidth="1" codecs="avc1.42c01e"/></AdaptationSet></Period></MPD>',
)
const main = text('#EXTM3U', '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",URI="u"', '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"', 'v', '')
const adts = Uint8Array.from([0xff, 0xf1, 0x4c, 0x80, 0x01, 0xff, 0xfc, 0x21, 0, 3, 0x20, 0x14, 2, 0x82, 0x80])
const mp3 = Uint8Array.from([0xff, 0xfb, 0x14, 0x44, ...new Uint8Array(92)])
const ac3 = Uint8Array.from([0x0b, 0x77, 0xb5, 0x0b, 0x1e, 0x40, 0xeb, 0xf8, ...new Uint8Array(760)])
const id3 = Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 14, 0x54, 0x49, 0x54, 0x32, 0, 0, 0, 4, 0, 0, 3, 0x61, 0x62, 0x63])

/** All that a demuxer tells while `push` runs. */
function told(
  push: (sink: { onTrack(track: Track): void; onFrame(frame: Frame): void; onData(body: Uint8Array): void }) => void,
): unknown[] {
  const all: unknown[] = []
  push({ onTrack: (track) => all.push(track), onFrame: (frame) => all.push(frame), onData: (body) => all.push(body) })
  return all
}
const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
const boxOf = (type: string, body: Uint8Array): Uint8Array =>
  concatBytes([Uint8Array.from(u32(body.length + 8)), new TextEncoder().encode(type), body])
const full = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers.flatMap(u32))

/** Runs of one sample each, all of which point at the same bytes. */
const sharedRuns = ((): Uint8Array => {
  const moofOf = (offset: number): Uint8Array =>
    boxOf(
      'moof',
      boxOf(
        'traf',
        concatBytes([
          boxOf('tfhd', full(0x020000, 1)),
          boxOf('tfdt', full(0, 0)),
          ...Array.from({ length: 2000 }, () => boxOf('trun', full(0x201, 1, offset, 40_000))),
        ]),
      ),
    )
  return concatBytes([moofOf(moofOf(0).length + 8), boxOf('mdat', new Uint8Array(40_000))])
})()
const nested = Array.from({ length: 2000 }).reduce<Uint8Array>((inner) => boxOf('moov', inner), new Uint8Array(0))
const emptyBoxes = concatBytes(Array.from({ length: 16_000 }, () => boxOf('free', new Uint8Array(0))))
const emptySamples = boxOf(
  'moof',
  boxOf('traf', concatBytes([boxOf('tfhd', full(0x020000, 1)), boxOf('tfdt', full(0, 0)), boxOf('trun', full(0, 99_000))])),
)

const cases: ReaderCase[] = [
  { name: 'FlvDemuxer', seeds: [...flvBodies()], read: (b) => told((sink) => pushFlv(b, sink)) },
  { name: 'FlvFileReader', seeds: [flv], read: (b) => tagsOf(b) },
  {
    name: 'Fmp4Demuxer',
    seeds: [init, fragment],
    hostile: [sharedRuns, nested, emptyBoxes, emptySamples],
    read: (b) => {
      const demuxer = new Fmp4Demuxer()
      return told((sink) => {
        demuxer.push(init, sink)
        demuxer.push(b, sink)
      })
    },
  },
  { name: 'readFragments', seeds: [fragment], hostile: [sharedRuns, emptySamples], growth: 8, read: (b) => readFragments(b) },
  { name: 'readBoxes', seeds: [init, fragment], hostile: [nested, emptyBoxes], growth: 8, read: (b) => readBoxes(b) },
  {
    name: 'TsDemuxer',
    seeds: [ts],
    read: (b) => {
      const demuxer = new TsDemuxer()
      const all = told((sink) => {
        demuxer.push(b, sink)
        demuxer.flush(sink)
      })
      return all
    },
  },
  ...(['adts', 'mpegAudio', 'ac3'] as const).map((form) => ({
    name: `BareAudioReader of ${form}`,
    seeds: [{ adts, mpegAudio: mp3, ac3 }[form]],
    growth: 4,
    read: (b: Uint8Array) => told((sink) => new BareAudioReader(form).push(b, 0, sink)),
  })),
  {
    name: 'PackedAudioReader',
    seeds: [concatBytes([id3, adts, adts])],
    growth: 4,
    read: (b) => told((sink) => new PackedAudioReader({ needsTime: false }).push(b, sink)),
  },
  { name: 'readId3Tags', seeds: [id3], read: readId3Tags },
  { name: 'isPackedAudio', seeds: [id3, adts], read: isPackedAudio },
  { name: 'parseMediaPlaylist', seeds: [media], growth: 30, read: (b) => parseMediaPlaylist(textOf(b)) },
  { name: 'parseLivePlaylist', seeds: [media, live], growth: 30, read: (b) => parseLivePlaylist(textOf(b)) },
  { name: 'parseMpd', seeds: [manifest], growth: 30, read: (b) => parseMpd(textOf(b)) },
  { name: 'parseMultivariantPlaylist', seeds: [main], growth: 30, read: (b) => parseMultivariantPlaylist(textOf(b)) },
  { name: 'isMultivariantPlaylist', seeds: [main], read: (b) => isMultivariantPlaylist(textOf(b)) },
]
readerContract(cases)

/** What a room's door has of readers stands in the table above: a new one can't be forgotten. */
test('every reader at a door of this floor is in the table', async () => {
  const doors = ['flv', 'fmp4', 'm3u8', 'mpd', 'mpegts', 'packed-audio']
  for (const door of doors) {
    const names = Object.keys((await import(`@sluice/containers/${door}`)) as object)
    const readers = names.filter((name) => /^(read|parse|is[A-Z])|(Demuxer|Reader)$/.test(name))
    assert.deepEqual(
      readers.filter((name) => !cases.some((one) => one.name.split(' ')[0] === name)),
      [],
      door,
    )
  }
})

const textOf = (b: Uint8Array): string => new TextDecoder().decode(b)

function* flvBodies(): Generator<Uint8Array> {
  const seen = new Set<number>()
  for (const { body } of tagsOf(flv)) {
    if (seen.has(body[0] ?? 0)) continue
    seen.add(body[0] ?? 0)
    yield body.subarray(0, 400)
  }
}

function tagsOf(b: Uint8Array): { kind: string; timestampMs: number; body: Uint8Array }[] {
  const all: { kind: string; timestampMs: number; body: Uint8Array }[] = []
  const reader = new FlvFileReader()
  const isFile = b[0] === 0x46
  if (!isFile) reader.push(writeFlvHeader({ audio: true, video: true }), () => {})
  reader.push(b, (kind, timestampMs, body) => all.push({ kind, timestampMs, body }))
  return all
}

/** The bytes as the body of a message of each kind, behind the configurations that frames need. */
function pushFlv(b: Uint8Array, sink: Parameters<FlvDemuxer['push']>[3]): void {
  for (const kind of ['video', 'audio', 'data'] as const) {
    const demuxer = new FlvDemuxer()
    for (const tag of tagsOf(flv).slice(0, 6)) demuxer.push(tag.kind as 'video', tag.timestampMs, tag.body, sink)
    demuxer.push(kind, 40, b, sink)
  }
}
