import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '@sluice/base/errors'
import { mutationsOf } from '@sluice/testkit/random'
import {
  formatMediaPlaylist,
  formatMultivariantPlaylist,
  isMultivariantPlaylist,
  type MediaPlaylist,
  type MultivariantPlaylist,
  parseMediaPlaylist,
  parseMultivariantPlaylist,
} from './index.ts'

const map = { uri: 'init-1.mp4' }
const live: MediaPlaylist = {
  version: 7,
  targetDurationS: 2,
  mediaSequence: 41,
  discontinuitySequence: 3,
  hasIndependentSegments: true,
  isEnded: false,
  segments: [
    { uri: 's41.m4s', durationS: 2, map, programDateTimeMs: Date.UTC(2025, 10, 21, 9, 30, 0, 250) },
    { uri: 's42.m4s', durationS: 1.967, map },
    {
      uri: 's43.m4s',
      durationS: 2.001,
      map: { uri: 'init-2.mp4' },
      hasDiscontinuity: true,
      programDateTimeMs: Date.UTC(2025, 10, 21, 9, 30, 4),
    },
  ],
}
const liveText = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:41
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init-1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2025-11-21T09:30:00.250Z
#EXTINF:2.000,
s41.m4s
#EXTINF:1.967,
s42.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init-2.mp4"
#EXT-X-PROGRAM-DATE-TIME:2025-11-21T09:30:04.000Z
#EXTINF:2.001,
s43.m4s
`
test('a live playlist is written as it stands here, and read back', () => {
  assert.equal(formatMediaPlaylist(live), liveText)
  assert.deepEqual(parseMediaPlaylist(liveText), live)
})

test('an ended playlist with byte ranges and titles is written and read back', () => {
  const vod: MediaPlaylist = {
    version: 7,
    targetDurationS: 4,
    mediaSequence: 0,
    discontinuitySequence: 0,
    playlistType: 'VOD',
    hasIndependentSegments: true,
    isEnded: true,
    segments: [
      {
        uri: 'all.mp4',
        durationS: 4,
        title: 'one, two',
        byteRange: { length: 1000, offset: 720 },
        map: { uri: 'all.mp4', byteRange: { length: 720, offset: 0 } },
      },
      {
        uri: 'all.mp4',
        durationS: 3.5,
        byteRange: { length: 900, offset: 1720 },
        map: { uri: 'all.mp4', byteRange: { length: 720, offset: 0 } },
      },
    ],
  }
  const text = formatMediaPlaylist(vod)
  assert.match(
    text,
    /#EXT-X-PLAYLIST-TYPE:VOD\n[\s\S]*#EXT-X-MAP:URI="all.mp4",BYTERANGE="720@0"\n#EXTINF:4.000,one, two\n#EXT-X-BYTERANGE:1000@720\n[\s\S]*#EXT-X-ENDLIST\n$/,
  )
  assert.deepEqual(parseMediaPlaylist(text), vod)
})

const multivariant: MultivariantPlaylist = {
  version: 7,
  hasIndependentSegments: true,
  renditions: [
    {
      type: 'AUDIO',
      groupId: 'aac',
      name: 'English, "main"',
      language: 'en',
      isDefault: true,
      isAutoSelected: true,
      channels: 2,
      uri: 'en/index.m3u8',
    },
    { type: 'AUDIO', groupId: 'aac', name: 'in the video', isDefault: false, isAutoSelected: false },
  ],
  variants: [
    {
      uri: '1080/index.m3u8',
      bandwidthBps: 5_400_000,
      averageBandwidthBps: 5_000_000,
      codecs: ['avc1.640028', 'mp4a.40.2'],
      resolution: { width: 1920, height: 1080 },
      fps: 59.94,
      audioGroup: 'aac',
    },
    { uri: 'audio/index.m3u8', bandwidthBps: 128_000, codecs: ['mp4a.40.2'] },
  ],
}
const multivariantText = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English, main",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="en/index.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="in the video",DEFAULT=NO,AUTOSELECT=NO
#EXT-X-STREAM-INF:BANDWIDTH=5400000,AVERAGE-BANDWIDTH=5000000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=59.940,AUDIO="aac"
1080/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=128000,CODECS="mp4a.40.2"
audio/index.m3u8
`
test('a multivariant playlist is written as it stands here, and read back', () => {
  assert.equal(formatMultivariantPlaylist(multivariant), multivariantText)
  const [english, other] = multivariant.renditions
  assert.deepEqual(parseMultivariantPlaylist(multivariantText), {
    ...multivariant,
    renditions: [{ ...english, name: 'English, main' }, other],
  })
  assert.deepEqual([isMultivariantPlaylist(multivariantText), isMultivariantPlaylist(liveText)], [true, false])
})

test('a playlist of another hand is read: CRLF, byte order mark, comments, unknown tags, implied ranges', () => {
  const text = [
    '\uFEFF#EXTM3U',
    '# a comment',
    '#EXT-X-TARGETDURATION:10',
    '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES',
    '',
    '#EXTINF:9.9,',
    '#EXT-X-BYTERANGE:100',
    'a.ts',
    '#EXTINF:10',
    '#EXT-X-BYTERANGE:50',
    'a.ts',
    '#EXT-X-PROGRAM-DATE-TIME:yesterday',
    '#EXTINF:1,',
    'b.ts',
  ].join('\r\n')
  const playlist = parseMediaPlaylist(text)
  assert.equal(playlist.version, 1)
  assert.deepEqual(playlist.segments, [
    { uri: 'a.ts', durationS: 9.9, byteRange: { length: 100, offset: 0 } },
    { uri: 'a.ts', durationS: 10, byteRange: { length: 50, offset: 100 } },
    { uri: 'b.ts', durationS: 1 },
  ])
})

test('a key holds until the next one or until NONE, and a gap for its own segment alone', () => {
  const text = [
    '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts',
    '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:2,\nb.ts\n#EXT-X-GAP\n#EXTINF:2,\nc.ts',
    '#EXT-X-KEY:METHOD=NONE\n#EXTINF:2,\nd.ts\n#EXT-X-KEY:URI="k"\n#EXTINF:2,\ne.ts',
  ].join('\n')
  const { segments } = parseMediaPlaylist(text)
  assert.deepEqual(
    segments.map(({ keyMethod, isGap }) => [keyMethod, isGap]),
    [
      [undefined, undefined],
      ['AES-128', undefined],
      ['AES-128', true],
      [undefined, undefined],
      ['unknown', undefined],
    ],
  )
})

const refused = [
  { name: 'a duration of more digits than any', text: `#EXTM3U\n#EXT-X-TARGETDURATION:${'9'.repeat(400)}\n`, parse: parseMediaPlaylist },
  { name: 'no playlist', text: 'hello', parse: parseMediaPlaylist },
  { name: 'a segment without a duration', text: '#EXTM3U\n#EXT-X-TARGETDURATION:2\na.ts\n', parse: parseMediaPlaylist },
  { name: 'a playlist without a target duration', text: '#EXTM3U\n#EXTINF:2,\na.ts\n', parse: parseMediaPlaylist },
  { name: 'a duration that is no number', text: '#EXTM3U\n#EXT-X-TARGETDURATION:two\n', parse: parseMediaPlaylist },
  { name: 'a map without an address', text: '#EXTM3U\n#EXT-X-MAP:X=1\n', parse: parseMediaPlaylist },
  { name: 'a variant without bandwidth', text: '#EXTM3U\n#EXT-X-STREAM-INF:CODECS="x"\na.m3u8\n', parse: parseMultivariantPlaylist },
  { name: 'a variant without an address', text: '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n', parse: parseMultivariantPlaylist },
  { name: 'an address without its variant', text: '#EXTM3U\na.m3u8\n', parse: parseMultivariantPlaylist },
] as const
for (const { name, text, parse } of refused) {
  test(`refused: ${name}`, () =>
    assert.throws(
      () => parse(text),
      (err) => err instanceof WireError && err.code === 'M3U8_SYNTAX',
    ))
}

test('a title can put no line into a playlist', () => {
  const text = formatMediaPlaylist({ ...live, segments: [{ uri: 'a', durationS: 1, title: 'x\n#EXT-X-ENDLIST' }] })
  assert.equal(parseMediaPlaylist(text).isEnded, false)
})

/** Inputs; SLUICE_FUZZ asks for more. */
const count = Number(process.env['SLUICE_FUZZ'] ?? 3000)

test('any text gives a playlist or a WireError (seed 41)', () => {
  const goods = [liveText, multivariantText].map((text) => new TextEncoder().encode(text))
  for (const b of mutationsOf(41, count, goods)) {
    const text = new TextDecoder().decode(b)
    for (const parse of [parseMediaPlaylist, parseMultivariantPlaylist]) {
      try {
        parse(text)
      } catch (err) {
        assert.ok(err instanceof WireError, `${text}: ${err}`)
      }
    }
  }
})
