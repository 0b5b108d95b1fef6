import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { after, before, test } from 'node:test'
import { type Channel, type CreatedApiKey, noEventPage, type Page, type PlayInfo, paths } from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

test('a repeat with the same Idempotency-Key gets the first answer and makes nothing, secrets in it included', async () => {
  const headers = { 'idempotency-key': 'first-1' }
  const body = { name: 'Once', scopes: ['channel:read'] }
  const first = await operator.ask('POST', paths.apiKeys, { body, headers })
  const second = await operator.ask('POST', paths.apiKeys, { body, headers })
  assert.deepEqual([first.status, second.status], [201, 201])
  assert.equal((second.body as CreatedApiKey).key, (first.body as CreatedApiKey).key)
  assert.equal(second.headers.get('idempotency-replayed'), 'true')
  const reused = await operator.refused('POST', paths.apiKeys, { ...body, name: 'Other' }, headers)
  assert.equal(reused.code, 'IDEMPOTENCY_REUSED')
})

test('of many at once with one Idempotency-Key one is done, and the others are told to come again or get its answer', async () => {
  const { operator: own } = await under.newWorkspace()
  const headers = { 'idempotency-key': 'burst' }
  const answers = await Promise.all(Array.from({ length: 10 }, () => own.ask('POST', paths.channels, { body: { name: 'One' }, headers })))
  for (const { status, body } of answers)
    assert.ok(status === 201 || (body as { code: string }).code === 'IDEMPOTENCY_BUSY', String(status))
  assert.equal((await own.ok<Page<Channel>>('GET', paths.channels)).items.length, 1)
})

test('an Idempotency-Key is its caller’s own, and a request that failed may be tried again under it', async () => {
  const { operator: other } = await under.newWorkspace()
  const headers = { 'idempotency-key': 'shared' }
  assert.equal((await operator.refused('POST', paths.channels, { name: '' }, headers)).code, 'REQUEST_INVALID')
  const mine = await operator.ask('POST', paths.channels, { body: { name: 'Mine' }, headers })
  const theirs = await other.ask('POST', paths.channels, { body: { name: 'Theirs' }, headers })
  assert.deepEqual([(mine.body as Channel).name, (theirs.body as Channel).name], ['Mine', 'Theirs'])
  assert.equal((await operator.refused('POST', paths.channels, { name: 'x' }, { 'idempotency-key': 'a b' })).code, 'REQUEST_INVALID')
})

test('what is no JSON, too large, or of another kind is a problem with its code', async () => {
  const send = async (body: string, type = 'application/json') => {
    const headers = { ...operator.headers, 'content-type': type }
    const answer = await fetch(under.anyone.url + paths.channels, { method: 'POST', headers, body })
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
    return (await answer.json()) as { code: string; status: number }
  }
  assert.equal((await send('{"name":')).code, 'REQUEST_INVALID')
  assert.equal((await send(JSON.stringify({ name: 'x'.repeat(300_000) }))).code, 'REQUEST_TOO_LARGE')
  assert.equal((await send('<x/>', 'text/xml')).code, 'REQUEST_MEDIA_TYPE')
  assert.equal((await send('[]')).code, 'REQUEST_INVALID')
  assert.equal((await operator.refused('GET', '/api/v1/none')).code, 'NOT_FOUND')
  assert.equal((await operator.refused('PUT', paths.channels, {})).code, 'NOT_FOUND')
  assert.equal((await operator.refused('GET', `${paths.channels}?limit=0`)).fields?.[0]?.path, 'limit')
})

test('what a player needs is public, from any site, and tells no more than name and address', async () => {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Public' })
  const engine = under.host.newest
  await engine.until(() => engine.specs.has(channel.id))
  const answer = await under.anyone.get(paths.play(channel.playback.playId), { origin: 'https://partner.example' })
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  const { playId, hls } = channel.playback
  const { at } = answer.body as PlayInfo
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
  const info: PlayInfo = { at, playId, name: 'Public', isLive: false, hls, notices: [], state: 'before', page: noEventPage, player: null }
  assert.deepEqual(answer.body, info)
  for (const id of ['none', channel.id, engine.specs.get(channel.id)!.inputs[0]!.inputId])
    assert.equal((await under.anyone.refused('GET', paths.play(id))).code, 'NOT_FOUND')
})

test('addresses in answers follow the host that the caller used, and never take over more than a host', async () => {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Hosts' })
  const hlsFor = (host: string) => hlsOf(operator, channel.id, host)
  assert.equal(await hlsFor('studio.example:9000'), `http://studio.example:8081/${channel.playback.playId}/index.m3u8`)
  assert.equal(await hlsFor('[2001:db8::1]:9000'), `http://[2001:db8::1]:8081/${channel.playback.playId}/index.m3u8`)
  assert.equal(await hlsFor('evil.example/x?'), `http://localhost:8081/${channel.playback.playId}/index.m3u8`)
})

test('pages carry a policy that lets the media port through; only the embed page may stand in frames', async () => {
  const embed = await under.anyone.get('/embed/some-channel')
  const policy = embed.headers.get('content-security-policy') ?? ''
  assert.match(policy, /connect-src 'self' http:\/\/127\.0\.0\.1:8081 https:\/\/127\.0\.0\.1:8081;/)
  assert.match(policy, /frame-ancestors \*/)
  for (const path of ['/', '/channels/deep/link', '/watch/some-channel']) {
    const page = await under.anyone.get(path)
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, path)
    assert.match(page.headers.get('content-type') ?? '', /text\/html/, path)
  }
  assert.equal((await under.anyone.get('/healthz')).headers.get('x-content-type-options'), 'nosniff')
})

test('health, readiness and metrics tell of database, engines and outputs', async () => {
  assert.deepEqual((await under.anyone.get('/healthz')).body, { status: 'ok' })
  assert.equal((await under.anyone.get('/readyz')).status, 200)
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Metrics' })
  const engine = under.host.newest
  const body = { name: 'Out', url: 'rtmp://live.example/app', streamKey: 'key-1234567890' }
  await operator.ok('POST', paths.channelOutputs(channel.id), body)
  await engine.until(() => engine.specs.get(channel.id)?.outputs.length === 1)
  const { body: text } = await operator.get('/metrics')
  assert.match(String(text), /sluice_engine_up\{engine="engine-1"\} 1/)
  assert.match(String(text), new RegExp(`sluice_channel_live\\{channel="${channel.id}"\\} 0`))
  assert.match(String(text), /sluice_http_request_seconds_count\{method="POST",route="\/api\/v1\/channels",status="201"\}/)
  const { playId, preview } = channel.playback
  for (const name of [playId, /~([^/]+)/.exec(preview)![1]!]) assert.ok(!String(text).includes(name))
})

test('the OpenAPI document names every route and schema, and the reference page is served', async () => {
  type Document = { openapi: string; paths: Record<string, Record<string, { operationId: string }>>; components: { schemas: object } }
  const document = (await under.anyone.get('/openapi.json')).body as Document
  assert.equal(document.openapi, '3.1.0')
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((operation) => operation.operationId))
  assert.equal(new Set(operations).size, operations.length)
  assert.ok(operations.length >= 38, `${operations.length} operations`)
  for (const id of ['createChannel', 'streamEvents', 'rearmOutput', 'rotateVault']) assert.ok(operations.includes(id), id)
  assert.ok('Channel' in document.components.schemas && 'Problem' in document.components.schemas)
  assert.equal((await under.anyone.get('/docs')).status, 200)
})

/** fetch does not let a caller choose its Host header. */
function hlsOf(caller: Caller, channelId: string, host: string): Promise<string> {
  const { hostname, port } = new URL(caller.url.replace('localhost', '127.0.0.1'))
  return new Promise((resolve, reject) => {
    const path = paths.channel(channelId)
    httpRequest({ hostname, port, path, headers: { ...caller.headers, host } }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      resolve((JSON.parse(Buffer.concat(chunks).toString()) as Channel).playback.hls)
    })
      .on('error', reject)
      .end()
  })
}
