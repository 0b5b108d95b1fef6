import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMultivariantPlaylist } from '@sluice/containers/m3u8'
import { chooseVariant, notFetched } from './choose-variant.ts'
import { parseHlsUrl, resolveHlsUrl } from './url.ts'

const choose = (...lines: string[]) => chooseVariant(parseMultivariantPlaylist(['#EXTM3U', ...lines].join('\n')))
const audio = (attributes: string): string => `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",${attributes}`
const variant = '#EXT-X-STREAM-INF:BANDWIDTH=900000,AUDIO="a"\nv.m3u8'

const cases = [
  {
    name: 'the highest bandwidth',
    lines: ['#EXT-X-STREAM-INF:BANDWIDTH=1\nlow', '#EXT-X-STREAM-INF:BANDWIDTH=3\nhigh', '#EXT-X-STREAM-INF:BANDWIDTH=2\nmid'],
    choice: { uri: 'high', audioUri: null },
  },
  {
    name: 'pictures before sound alone',
    lines: ['#EXT-X-STREAM-INF:BANDWIDTH=9,CODECS="mp4a.40.2"\nsound', '#EXT-X-STREAM-INF:BANDWIDTH=2,CODECS="avc1.64001f"\npictures'],
    choice: { uri: 'pictures', audioUri: null },
  },
  {
    name: 'the sound of its group, the default one',
    lines: [audio('NAME="x",URI="x.m3u8"'), audio('NAME="y",DEFAULT=YES,URI="y.m3u8"'), variant],
    choice: { uri: 'v.m3u8', audioUri: 'y.m3u8' },
  },
  {
    name: 'the sound in the variant where that is the default',
    lines: [audio('NAME="x",DEFAULT=YES'), audio('NAME="y",URI="y.m3u8"'), variant],
    choice: { uri: 'v.m3u8', audioUri: null },
  },
  {
    name: 'no sound of another group',
    lines: ['#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="b",NAME="x",URI="x"', variant],
    choice: { uri: 'v.m3u8', audioUri: null },
  },
]
for (const { name, lines, choice } of cases) test(`a multivariant playlist: ${name}`, () => assert.deepEqual(choose(...lines), choice))
test('a multivariant playlist without a variant has no choice', () => assert.equal(choose(), null))

test('renditions that are not fetched are named by kind, and the sound that is fetched is not', () => {
  const subtitles = '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="en",URI="s.m3u8"'
  const text = ['#EXTM3U', subtitles, audio('NAME="x",URI="x.m3u8"'), audio('NAME="y",DEFAULT=YES,URI="y.m3u8"'), variant].join('\n')
  const playlist = parseMultivariantPlaylist(text)
  assert.deepEqual(
    notFetched(playlist, chooseVariant(playlist)).map(({ code, subject }) => `${code} ${subject}`),
    ['track-not-carried other audio renditions', 'data-not-carried subtitle renditions'],
  )
})

test('user and password of an address go into a header, and an address that is none is refused without being repeated', () => {
  assert.deepEqual(parseHlsUrl('https://me:p%40ss@h.example/a.m3u8?t=1'), {
    url: 'https://h.example/a.m3u8?t=1',
    host: 'h.example',
    authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
  })
  assert.equal(parseHlsUrl('http://h/a').authorization, null)
  for (const bad of ['rtmp://h/secret', 'secret', 'http://', 'file:///secret'])
    assert.throws(
      () => parseHlsUrl(bad),
      (err: Error) => !err.message.includes('secret'),
    )
})

test('addresses in a playlist stand against its own, and lead to the web alone', () => {
  assert.equal(resolveHlsUrl('../s/1.ts?k=2', 'http://h/a/b/c.m3u8?x'), 'http://h/a/s/1.ts?k=2')
  assert.equal(resolveHlsUrl('//other/1.ts', 'https://h/a'), 'https://other/1.ts')
  assert.equal(resolveHlsUrl('http://u:p@h/1.ts', 'https://h/a'), 'http://h/1.ts')
  for (const bad of ['file:///etc/passwd', 'data:,x', 'rtmp://h/a', 'http://[::']) assert.equal(resolveHlsUrl(bad, 'http://h/a'), null)
})
