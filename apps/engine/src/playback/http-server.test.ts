import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { controlOf, startTestEngine, until } from '../testing/engine-under-test.ts'
import { publishTo } from '../testing/publish.ts'

/** An engine with a channel that plays. */
async function startStage(t: TestContext): Promise<{ get(path: string, init?: RequestInit): Promise<Response> }> {
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  control.carry(makeChannelSpec({ channelId: 'show', key: 'k1' }))
  control.carry(makeChannelSpec({ channelId: 'dark', key: 'k2' }))
  await until(() => control.actual('dark') !== undefined)
  const { send } = await publishTo(t, engine.ports.rtmp, 'k1')
  send(6000)
  await until(() => engine.engine.channel('show')!.packager.isReady)
  return { get: (path, init) => fetch(`http://127.0.0.1:${engine.ports.mediaHttp}${path}`, init) }
}

test('playlists are asked for anew, segments and init are kept for ever, all are open to other origins [PLB-01]', async (t) => {
  const { get } = await startStage(t)
  const index = await get('/show/index.m3u8')
  assert.equal(index.headers.get('content-type'), 'application/vnd.apple.mpegurl')
  assert.equal(index.headers.get('cache-control'), 'public, max-age=1')
  assert.match(await index.text(), /media\.m3u8/)
  const media = await (await get('/show/media.m3u8')).text()
  for (const name of [/URI="([^"]+)"/.exec(media)![1], /^(\S+\.m4s)$/m.exec(media)![1]]) {
    const file = await get(`/show/${name}`)
    assert.equal(file.status, 200)
    assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(file.headers.get('access-control-allow-origin'), '*')
    assert.equal(Number(file.headers.get('content-length')), (await file.arrayBuffer()).byteLength)
  }
})

test('HEAD has the headers of GET and no body', async (t) => {
  const { get } = await startStage(t)
  const head = await get('/show/media.m3u8', { method: 'HEAD' })
  assert.equal(head.status, 200)
  assert.ok(Number(head.headers.get('content-length')) > 100)
  assert.equal(await head.text(), '')
})

test('OPTIONS answers the browser’s question, other methods are refused', async (t) => {
  const { get } = await startStage(t)
  const options = await get('/show/media.m3u8', { method: 'OPTIONS' })
  assert.equal(options.status, 204)
  assert.match(options.headers.get('access-control-allow-methods')!, /GET/)
  const post = await get('/show/media.m3u8', { method: 'POST', body: 'x' })
  assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD, OPTIONS'])
})

const missing = [
  '/',
  '/show',
  '/show/',
  '/show/other.m4s',
  '/nobody/index.m3u8',
  '/dark/index.m3u8',
  '/show/../../etc/passwd',
  '/show/a/b',
  '//',
  '/%00/x',
]
for (const path of missing) {
  test(`${path} is not found, and no cache keeps that`, async (t) => {
    const { get } = await startStage(t)
    const answer = await get(path)
    assert.equal(answer.status, 404)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  })
}

test('the health check answers', async (t) => {
  const { get } = await startStage(t)
  assert.equal(await (await get('/healthz')).text(), 'ok\n')
})
