import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { hashKey, previewIdOf } from '@sluice/testkit/engine-link'
import { randomFrom } from '@sluice/testkit/random'
import { until, untilSteady } from '@sluice/testkit/wait'
import { startTestViewers, TestEngine } from '../testing/index.ts'

type Stage = Awaited<ReturnType<typeof startStage>>
/** The viewers' process with a channel that plays, and one that rests. */
async function startStage(t: TestContext, trustedProxies = '') {
  const viewers = await startTestViewers(t, { trustedProxies })
  const engine = await TestEngine.connect(t, viewers.runDir)
  const show = engine.carry('show')
  engine.carry('dark')
  show.send(6000)
  await until(() => viewers.hls('show')?.isReady === true && viewers.channel('dark') !== undefined)
  const { audience } = viewers.channel('show')!
  const { get, port } = viewers
  /** The addresses of one playback, as a player finds them. */
  const enter = async (entry = '/watch-show/index.m3u8', headers: Record<string, string> = {}) => {
    const base = new URL(entry, 'http://x')
    const media = new URL(/^[^#\n].*$/m.exec(await (await get(entry, { headers })).text())![0], base)
    return { media: media.pathname, play: async () => ({ text: await (await get(media.pathname, { headers })).text(), media }) }
  }
  return { get, show, port, audience, enter }
}

/** Names in a playlist as paths: of init and segments. */
async function filesOf({ enter }: Stage): Promise<string[]> {
  const { text, media } = await (await enter()).play()
  return [/URI="([^"]+)"/.exec(text)![1]!, /^(\S+\.m4s)$/m.exec(text)![1]!].map((name) => new URL(name, media).pathname)
}

test('an entry is of one viewer, playlists are asked for anew, segments and init are kept for ever and have one address for all [PLB-01]', async (t) => {
  const stage = await startStage(t)
  const index = await stage.get('/watch-show/index.m3u8')
  assert.equal(index.headers.get('content-type'), 'application/vnd.apple.mpegurl')
  assert.equal(index.headers.get('cache-control'), 'private, no-store')
  const own = [(await stage.enter()).media, (await stage.enter()).media]
  assert.match(own[0]!, /^\/watch-show\/~[A-Za-z0-9_-]{16}\/v_source\.m3u8$/)
  assert.notEqual(own[0], own[1])
  assert.equal((await stage.get(own[0]!)).headers.get('cache-control'), 'public, max-age=1')
  const files = await filesOf(stage)
  assert.deepEqual(await filesOf(stage), files)
  for (const path of files) {
    const file = await stage.get(path)
    assert.equal(file.status, 200)
    assert.match(path, /^\/watch-show\/[a-z0-9_-]+\.(mp4|m4s)$/)
    assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(file.headers.get('access-control-allow-origin'), '*')
    assert.equal(Number(file.headers.get('content-length')), (await file.arrayBuffer()).byteLength)
  }
  // For players that are given the media playlist itself.
  assert.match(await (await stage.get('/watch-show/media.m3u8')).text(), /^[a-z0-9_-]+\.m4s$/m)
})

test('a player page asks what is on now, from any site and as often as for a playlist, and counts as no viewer', async (t) => {
  const stage = await startStage(t)
  const now = await stage.get('/watch-show/now.json', { headers: { origin: 'https://partner.example' } })
  assert.deepEqual(
    [now.status, now.headers.get('cache-control'), now.headers.get('access-control-allow-origin')],
    [200, 'public, max-age=1', 'https://partner.example'],
  )
  assert.deepEqual(await now.json(), { now: 'live' })
  assert.deepEqual(await (await stage.get('/watch-dark/now.json')).json(), { now: 'off' })
  assert.equal((await stage.get('/nobody/now.json')).status, 404)
  assert.equal(stage.audience.viewers, 0)
})

test('HEAD has the headers of GET and no body', async (t) => {
  const { get } = await startStage(t)
  const head = await get('/watch-show/media.m3u8', { method: 'HEAD' })
  assert.equal(head.status, 200)
  assert.ok(Number(head.headers.get('content-length')) > 100)
  assert.equal(await head.text(), '')
})

test('OPTIONS answers the browser’s question, other methods are refused', async (t) => {
  const { get } = await startStage(t)
  const options = await get('/watch-show/media.m3u8', { method: 'OPTIONS' })
  assert.equal(options.status, 204)
  assert.match(options.headers.get('access-control-allow-methods')!, /GET/)
  const post = await get('/watch-show/media.m3u8', { method: 'POST', body: 'x' })
  assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD, OPTIONS'])
})

test('a part of a segment is given, one that is not there is refused, several at once are answered whole', async (t) => {
  const stage = await startStage(t)
  const [, path] = await filesOf(stage)
  const whole = Buffer.from(await (await stage.get(path!)).arrayBuffer())
  const { length } = whole
  const ask = async (range: string, more: Record<string, string> = {}) => {
    const answer = await stage.get(path!, { headers: { range, ...more } })
    return { status: answer.status, at: answer.headers.get('content-range'), body: Buffer.from(await answer.arrayBuffer()) }
  }
  const parts: [string, number, number][] = [
    ['bytes=0-99', 0, 99],
    ['bytes=100-', 100, length - 1],
    ['bytes=-10', length - 10, length - 1],
    [`bytes=5-${length * 2}`, 5, length - 1],
    [`bytes=-${length * 2}`, 0, length - 1],
  ]
  for (const [range, first, last] of parts) {
    assert.deepEqual(
      await ask(range),
      { status: 206, at: `bytes ${first}-${last}/${length}`, body: whole.subarray(first, last + 1) },
      range,
    )
  }
  for (const range of [`bytes=${length}-`, 'bytes=-0']) {
    assert.deepEqual(await ask(range), { status: 416, at: `bytes */${length}`, body: Buffer.alloc(0) }, range)
  }
  for (const range of ['bytes=0-1,4-5', 'bytes=9-3', 'lines=1-2', 'bytes=', 'bytes=a-b']) {
    assert.deepEqual(await ask(range), { status: 200, at: null, body: whole }, range)
  }
  const etag = (await stage.get(path!)).headers.get('etag')!
  assert.equal((await ask('bytes=0-1', { 'if-range': etag })).status, 206)
  assert.equal((await ask('bytes=0-1', { 'if-range': '"another"' })).status, 200)
  assert.equal((await stage.get(path!)).headers.get('accept-ranges'), 'bytes')
})

test('what a cache has already is not sent again, playlists neither', async (t) => {
  const stage = await startStage(t)
  for (const path of [...(await filesOf(stage)), '/watch-show/media.m3u8']) {
    const etag = (await stage.get(path)).headers.get('etag')!
    const again = await stage.get(path, { headers: { 'if-none-match': `"x", W/${etag}` } })
    assert.deepEqual([again.status, again.headers.get('etag'), await again.text()], [304, etag, ''])
    assert.equal((await stage.get(path, { headers: { 'if-none-match': '"x"' } })).status, 200)
  }
})

test('any site may play, with credentials or without, and reads the answers that say no too', async (t) => {
  const stage = await startStage(t)
  const [init] = await filesOf(stage)
  const cases: [string, number, RequestInit][] = [
    ['/watch-show/index.m3u8', 200, {}],
    [init!, 206, { headers: { range: 'bytes=0-9' } }],
    [init!, 416, { headers: { range: 'bytes=999999-' } }],
    ['/nobody/index.m3u8', 404, {}],
    ['/watch-show/media.m3u8', 405, { method: 'POST' }],
    [init!, 204, { method: 'OPTIONS' }],
  ]
  for (const [path, status, init] of cases) {
    for (const [origin, allowed, credentials] of [
      ['https://partner.example', 'https://partner.example', 'true'],
      ['null', '*', null],
      ['https://a.example/ https://b.example', '*', null],
    ] as const) {
      const answer = await stage.get(path, { ...init, headers: { ...init.headers, origin } as Record<string, string> })
      await answer.arrayBuffer()
      const { headers } = answer
      assert.deepEqual(
        [answer.status, headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials'), headers.get('vary')],
        [status, allowed, credentials, path.endsWith('index.m3u8') && status === 200 ? 'Origin, Accept-Encoding' : 'Origin'],
        `${path} ${origin}`,
      )
    }
  }
  const asked = await stage.get(init!, { method: 'OPTIONS' })
  for (const name of ['Range', 'If-None-Match', 'Authorization'])
    assert.ok(asked.headers.get('access-control-allow-headers')!.includes(name))
  assert.ok(asked.headers.get('access-control-expose-headers')!.includes('Content-Range'))
})

const missing = [
  '/',
  '/watch-show',
  '/watch-show/',
  '/watch-show/other.m4s',
  '/watch-show/media.m3u8/',
  '/watch-show/~short/media.m3u8',
  '/watch-show/~0123456789abcdef/~0123456789abcdef/media.m3u8',
  '/watch-show/0123456789abcdef/media.m3u8',
  '/watch-show/../../etc/passwd',
  '/show/index.m3u8',
  '/show/media.m3u8',
  '/nobody/index.m3u8',
  '/watch-dark/index.m3u8',
  '/watch-dark/media.m3u8',
  '//',
  '/%00/x',
  `/${'a'.repeat(400)}/index.m3u8`,
]
test('what is not there reads the same, a channel that rests or an address that nobody was given, and no cache keeps that', async (t) => {
  const { get } = await startStage(t)
  const seen = new Set<string>()
  for (const path of missing) {
    const answer = await get(path)
    const { date: _, ...headers } = Object.fromEntries(answer.headers)
    assert.equal(answer.status, 404, path)
    assert.equal(answer.headers.get('cache-control'), 'no-store', path)
    seen.add(JSON.stringify([headers, await answer.text()]))
  }
  assert.equal(seen.size, 1, [...seen].join('\n'))
})

test('a playback address that was replaced is dead at once, and the new one plays', async (t) => {
  const { get, show, enter } = await startStage(t)
  const { media } = await enter()
  show.tell({ playIdHash: hashKey('fresh') })
  const statusOf = async (path: string): Promise<number> => (await get(path)).status
  let statuses: number[] = []
  for (let i = 0; i < 200 && statuses.join() !== '404,404,200'; i++)
    statuses = [await statusOf(media), await statusOf('/watch-show/index.m3u8'), await statusOf('/fresh/index.m3u8')]
  assert.deepEqual(statuses, [404, 404, 200])
})

test('one player is one viewer however often it asks and whatever it says of itself', async (t) => {
  const { get, audience, enter } = await startStage(t)
  const { media } = await enter()
  for (let i = 0; i < 8; i++) await get(media, { headers: { 'x-forwarded-for': `10.0.0.${i}`, 'user-agent': `player ${i}` } })
  assert.equal(audience.viewers, 1)
  for (let i = 0; i < 60; i++) await get('/watch-show/media.m3u8', { headers: { 'x-forwarded-for': `10.0.0.${i}`, 'user-agent': `p${i}` } })
  assert.equal(audience.viewers, 2, 'an address without a playback of its own is one viewer')
  await get(`/watch-show/media.m3u8`, { method: 'HEAD' })
  for (let i = 0; i < 4; i++) await get((await enter()).media)
  assert.equal(audience.viewers, 6, 'players behind one address are told apart')
})

test('X-Forwarded-For counts from a trusted proxy, up to the first address that none of them wrote', async (t) => {
  const { get, audience } = await startStage(t, 'loopback, 10.0.0.0/8')
  for (const from of [
    '203.0.113.1',
    '9.9.9.9, 203.0.113.1',
    '203.0.113.1, 10.1.2.3',
    '::ffff:203.0.113.1',
    '2001:db8::1',
    '2001:db8::2',
    'rubbish',
  ])
    await get('/watch-show/media.m3u8', { headers: { 'x-forwarded-for': from } })
  assert.equal(audience.viewers, 3, '203.0.113.1, one /64, and the proxy itself')
})

test('the preview of operators counts as no viewer; who only says that he is one does', async (t) => {
  const { get, audience, enter } = await startStage(t)
  const { media, play } = await enter(`/watch-show/~${previewIdOf('show')}/index.m3u8`)
  const { text } = await play()
  assert.match(media, /~preview-of-show/)
  assert.match(text, /^\.\.\/\S+\.m4s$/m)
  assert.equal(audience.viewers, 0)
  await get('/watch-show/~preview-of-dark-0123456789/media.m3u8')
  assert.equal(audience.viewers, 1)
})

/** A client that writes HTTP by hand. */
async function rawClient(t: TestContext, port: number): Promise<{ socket: Socket; text: () => string; closed: Promise<void> }> {
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return { socket, text: () => text, closed }
}

test('pipelined requests are answered one after the other, in their order, whatever pieces they come in', async (t) => {
  const { port } = await startStage(t)
  const paths = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? '/watch-show/media.m3u8' : i % 3 === 1 ? '/healthz' : '/none/x.mp4'))
  const wire = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join('')
  for (const piece of [wire.length, 7, 1000]) {
    const client = await rawClient(t, port)
    for (let at = 0; at < wire.length; at += piece) client.socket.write(wire.slice(at, at + piece))
    await until(() => (client.text().match(/HTTP\/1\.1 \d/g)?.length ?? 0) === paths.length)
    const statuses = client.text().match(/(?<=HTTP\/1\.1 )\d+/g)!
    assert.deepEqual(
      statuses,
      paths.map((path) => (path.startsWith('/none') ? '404' : '200')),
    )
    client.socket.destroy()
  }
})

test('requests that nobody reads the answers of wait in the socket: memory and loop hold, and only what was taken is counted', async (t) => {
  const stage = await startStage(t)
  const { port, audience, get } = stage
  const [, segment] = await filesOf(stage)
  const wire = `GET ${segment} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(2000)
  const before = { rss: process.memoryUsage.rss(), bytes: audience.bytesTaken }
  let sent = 0
  // Of the processor and not of the clock: a machine that is busy with something else stands still, too.
  let stallMs = 0
  let last = process.threadCpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last)
    stallMs = Math.max(stallMs, (user + system) / 1000)
    last = process.threadCpuUsage()
  }, 5)
  t.after(() => clearInterval(timer))
  const clients = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const { socket } = await rawClient(t, port)
      socket.pause()
      socket.write(wire, () => sent++)
      return socket
    }),
  )
  await untilSteady(() => audience.bytesTaken)
  assert.equal((await get('/healthz')).status, 200, 'others are served meanwhile')
  const grown = (process.memoryUsage.rss() - before.rss) / 1e6
  const counted = audience.bytesTaken - before.bytes
  const kernel = clients.length * 12 * 1024 * 1024
  assert.ok(grown < 120, `${grown.toFixed(0)} MB more`)
  assert.ok(counted < kernel, `${counted} bytes are counted`)
  assert.ok(stallMs < 700, `the loop stood still for ${stallMs.toFixed(0)} ms`)
  assert.ok(sent <= clients.length)
})

test('no bytes whatever take the server down or leave a connection open for good (seed 5)', async (t) => {
  const { port, get } = await startStage(t)
  const pieces = [
    'GET ',
    '/watch-show/media.m3u8',
    ' HTTP/1.1',
    '\r\n',
    '\n',
    'Host: a',
    '\r\n\r\n',
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    'Range: bytes=',
    '0-9',
    '\0',
    'é',
    'OPTIONS ',
    'CONNECT a:1',
    'Expect: 100-continue',
    'Upgrade: h2c',
    'PRI * HTTP/2.0',
    '5\r\nhello\r\n0',
    ':',
    'a'.repeat(9000),
    '-1',
    ' ',
  ]
  const random = randomFrom(5)
  for (let round = 0; round < 150; round++) {
    const client = await rawClient(t, port)
    const wire = Array.from({ length: random.int(1, 14) }, () => pieces[random.int(0, pieces.length - 1)]).join('')
    client.socket.end(wire)
    await client.closed
  }
  assert.equal((await get('/healthz')).status, 200)
})

test('a request with a body, a head without end and another protocol are told so, and the connection is closed', async (t) => {
  const { port } = await startStage(t)
  const cases: [string, RegExp][] = [
    ['GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc', /^HTTP\/1\.1 413 [\s\S]*connection: close/i],
    [`GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}`, /^HTTP\/1\.1 431 [\s\S]*8192/],
    ['\x16\x03\x01 hello\r\n\r\n', /^HTTP\/1\.1 400 [\s\S]*access-control-allow-origin: \*/],
  ]
  for (const [wire, form] of cases) {
    const client = await rawClient(t, port)
    client.socket.write(wire, 'latin1')
    await client.closed
    assert.match(client.text(), form)
  }
})

test('the health check answers', async (t) => {
  const { get } = await startStage(t)
  assert.equal(await (await get('/healthz')).text(), 'ok\n')
})
