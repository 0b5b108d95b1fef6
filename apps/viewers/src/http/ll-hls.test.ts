import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type ReadPlaylist, readPlaylist } from '@sluice/testkit/playlists'
import { randomFrom } from '@sluice/testkit/random'
import { until } from '@sluice/testkit/wait'
import { startTestViewers, TestEngine } from '../testing/index.ts'

async function startStage(t: TestContext) {
  const viewers = await startTestViewers(t)
  const engine = await TestEngine.connect(t, viewers.runDir)
  const { send } = engine.carry('show')
  send(6000)
  await until(() => viewers.hls('show')?.isReady === true)
  const hls = viewers.hls('show')!
  const base = `http://127.0.0.1:${viewers.port}/watch-show`
  const get = (file: string, init?: RequestInit): Promise<Response> => fetch(`${base}/${file}`, init)
  const list = async (id = 'v_source'): Promise<ReadPlaylist> => readPlaylist(await (await get(`${id}.m3u8`)).text())
  return { get, list, send, hls }
}

/** What asks for the part that comes next. */
const nextOf = ({ mediaSequence, segments, open }: ReadPlaylist): string =>
  `_HLS_msn=${mediaSequence + segments.length}&_HLS_part=${open.parts.length}`

test('a reload that asks for the next part is answered when it is there, and all who wait get the same bytes [PLB-01]', async (t) => {
  const { get, list, send, hls } = await startStage(t)
  const before = await list()
  const waiting = Array.from({ length: 5 }, () => get(`v_source.m3u8?${nextOf(before)}`))
  const hinted = get(before.hint!)
  await until(() => hls.waiting === 6)
  send(700)
  const answers = await Promise.all(waiting)
  const texts = await Promise.all(answers.map((answer) => answer.text()))
  assert.deepEqual([answers[0]!.status, answers[0]!.headers.get('cache-control')], [200, 'public, max-age=12'])
  assert.equal(new Set(texts).size, 1)
  const after = readPlaylist(texts[0]!)
  const known = after.segments.concat(after.open).flatMap(({ parts }) => parts.map(({ uri }) => uri))
  assert.ok(known.includes(before.hint!), 'the hint came true')
  const part = await hinted
  assert.deepEqual([part.status, part.headers.get('cache-control')], [200, 'public, max-age=31536000, immutable'])
  assert.equal((await part.arrayBuffer()).byteLength, Number(part.headers.get('content-length')))
  assert.equal(hls.waiting, 0)
})

test('a segment is its parts one after another, whichever of them a player asks for', async (t) => {
  const { get, list } = await startStage(t)
  for (const id of ['v_source', 'a_source']) {
    const { segments } = await list(id)
    const { uri, parts } = segments.at(-1)!
    const whole = Buffer.from(await (await get(uri!)).arrayBuffer())
    const pieces = await Promise.all(parts.map(async (part) => Buffer.from(await (await get(part.uri)).arrayBuffer())))
    assert.ok(Buffer.concat(pieces).equals(whole))
    const across = await get(uri!, { headers: { range: `bytes=${pieces[0]!.length - 10}-${pieces[0]!.length + 9}` } })
    assert.ok(Buffer.from(await across.arrayBuffer()).equals(whole.subarray(pieces[0]!.length - 10, pieces[0]!.length + 10)))
  }
})

test('key frames alone are ranges of the segments, and each begins with moof', async (t) => {
  const { get } = await startStage(t)
  const text = await (await get('v_source-i.m3u8')).text()
  assert.match(text, /#EXT-X-I-FRAMES-ONLY/)
  const [, length, uri] = /#EXT-X-BYTERANGE:(\d+)@0\n(\S+)/.exec(text)!
  const bytes = Buffer.from(await (await get(uri!, { headers: { range: `bytes=0-${Number(length) - 1}` } })).arrayBuffer())
  assert.deepEqual([bytes.length, bytes.subarray(4, 8).toString()], [Number(length), 'moof'])
  assert.equal((await get('a_source-i.m3u8')).status, 404)
})

test('what can not be waited for is refused at once, an old number gets the list, and keys that nobody knows change nothing', async (t) => {
  const { get, list } = await startStage(t)
  const { mediaSequence, segments } = await list()
  const open = mediaSequence + segments.length
  const cases: [string, number][] = [
    [`_HLS_msn=${open + 2}`, 400],
    [`_HLS_msn=${open}&_HLS_part=50`, 400],
    ['_HLS_part=1', 400],
    ['_HLS_msn=-1', 400],
    ['_HLS_msn=1', 200],
    [`_HLS_msn=${open - 1}&_HLS_part=0&utm_source=x`, 200],
    ['utm_source=x', 200],
    ['_HLS_skip=YES', 200],
  ]
  for (const [query, status] of cases) {
    const answer = await get(`v_source.m3u8?${query}`)
    assert.equal(answer.status, status, query)
    if (status === 400) assert.equal(answer.headers.get('cache-control'), 'public, max-age=1')
  }
})

test('playlists are compressed for whoever accepts that, once for each version', async (t) => {
  const { get, hls } = await startStage(t)
  const plain = await get('v_source.m3u8', { headers: { 'accept-encoding': 'identity' } })
  const packed = hls.file('v_source.m3u8')!
  assert.equal(plain.headers.get('content-encoding'), null)
  assert.equal(gunzipSync(packed.gzip!).toString(), await plain.text())
  assert.equal(packed.gzip, hls.file('v_source.m3u8')!.gzip)
  const asked = await get('v_source.m3u8', { headers: { 'accept-encoding': 'br, gzip' } })
  assert.deepEqual([asked.headers.get('content-encoding'), asked.headers.get('vary')], ['gzip', 'Origin, Accept-Encoding'])
  assert.match(await asked.text(), /^#EXTM3U/)
  assert.equal((await get('v_source.m3u8', { headers: { 'accept-encoding': 'gzip;q=0' } })).headers.get('content-encoding'), null)
})

test('a viewer that goes while it waits is waited for no longer', async (t) => {
  const { get, list, hls } = await startStage(t)
  const leaving = new AbortController()
  const waiting = get(`v_source.m3u8?${nextOf(await list())}`, { signal: leaving.signal }).catch(() => null)
  await until(() => hls.waiting === 1)
  leaving.abort()
  await waiting
  await until(() => hls.waiting === 0)
})

test('no query, name or range whatever is a fault (seed 13)', async (t) => {
  const { get, list, send } = await startStage(t)
  const { mediaSequence, segments, hint } = await list()
  const random = randomFrom(13)
  const pick = <T>(from: readonly T[]): T => from[random.int(0, from.length - 1)]!
  const numbers = [
    '0',
    '1',
    '-1',
    '',
    'x',
    '1e9',
    '0x10',
    ' 7',
    '9007199254740993',
    String(mediaSequence),
    String(mediaSequence + segments.length),
    '%00',
    '١',
  ]
  const files = [
    'v_source.m3u8',
    'a_source.m3u8',
    'media.m3u8',
    'v_source-i.m3u8',
    'index.m3u8',
    'plain.m3u8',
    segments[0]!.uri!,
    hint!,
    `x${hint}`,
    hint!.replace('p.', '.'),
  ]
  const keys = ['_HLS_msn', '_HLS_part', '_HLS_skip', '_hls_msn', '_HLS_msn[]', 'x']
  const asked: Promise<number>[] = []
  for (let i = 0; i < 400; i++) {
    const query = Array.from({ length: random.int(0, 4) }, () => `${pick(keys)}=${pick(numbers)}`).join('&')
    const range = pick(['bytes=0-', 'bytes=5-4', `bytes=${pick(numbers)}-${pick(numbers)}`, 'x'])
    asked.push(
      get(`${pick(files)}?${query}`, { headers: { range: range.replace('١', '1') } }).then(async (answer) => {
        await answer.arrayBuffer()
        return answer.status
      }),
    )
  }
  send(3000)
  const statuses = new Set(await Promise.all(asked))
  for (const status of statuses) assert.ok([200, 206, 400, 404, 416].includes(status), `${status}`)
})
