import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { type Failure, SluiceError } from '@sluice/base/errors'
import { planRedirect, readRedirect } from './command/redirect.ts'
import { commandWire } from './testing/core-server.ts'
import { play, publish, startServer } from './testing/nodes.ts'
import { parseRtmpUrl } from './url.ts'

describe('what a server says about where to go', () => {
  const says = (ex: unknown): string | null => readRedirect({ properties: { ex: ex as never } })
  test('is read from its code and address, and from nothing less', () => {
    assert.equal(says({ code: 302, redirect: 'rtmp://b/live' }), 'rtmp://b/live')
    assert.equal(says({ code: '302', redirect: 'rtmp://b/live' }), 'rtmp://b/live')
    for (const ex of [
      undefined,
      null,
      'rtmp://b',
      { code: 302 },
      { redirect: 'rtmp://b' },
      { code: 302, redirect: 5 },
      { code: 301, redirect: 'rtmp://b' },
    ])
      assert.equal(says(ex), null)
  })

  const plan = (from: string, to: string, streamKey = 'key', visited: string[] = ['rtmp a 1935 live']) =>
    planRedirect(parseRtmpUrl(from), to, {
      streamKey,
      visited,
      refuseHost: (host) => (host.startsWith('10.') ? new SluiceError('TEST_PRIVATE', 'operator', `${host} is private`) : null),
    })
  const followed: [from: string, to: string, streamKey: string, app: string, tcUrl: string][] = [
    ['rtmp://a/live', 'rtmp://b/live', 'key', 'live', 'rtmp://b/live'],
    ['rtmp://a/live', 'rtmp://b:1936/edge/live?x=1', 'key', 'edge/live?x=1', 'rtmp://b:1936/edge/live?x=1'],
    ['rtmp://a/live', 'rtmp://b/live/key', 'key', 'live', 'rtmp://b/live'],
    ['rtmp://a/live', 'rtmp://b/live/key?t=1', 'key?t=1', 'live', 'rtmp://b/live'],
    ['rtmp://a/live', 'rtmp://b', 'key', 'live', 'rtmp://b/live'],
    ['rtmp://a/live', 'rtmps://b/live', 'key', 'live', 'rtmps://b/live'],
    ['rtmp://a/live', 'RTMP://B/live/', 'key', 'live', 'rtmp://b/live'],
  ]
  for (const [from, to, streamKey, app, tcUrl] of followed) {
    test(`from ${from} to ${to} it is followed`, () => {
      const next = plan(from, to, streamKey)
      assert.ok('url' in next, JSON.stringify(next))
      assert.deepEqual([next.url.app, next.url.tcUrl], [app, tcUrl])
    })
  }
  const refused: [from: string, to: string, says: RegExp][] = [
    ['rtmps://a/live', 'rtmp://b/live', /from rtmps to rtmp:\/\/b, which is not encrypted/],
    ['rtmp://a/live', 'rtmp://a/live', /where it has been already/],
    ['rtmp://a/live', 'rtmp://A:1935/live/', /where it has been already/],
    ['rtmp://a/live', 'rtmp://10.0.0.1/live', /to rtmp:\/\/10\.0\.0\.1: 10\.0\.0\.1 is private/],
    ['rtmp://a/live', 'rtmp://0x0a000001/live', /cannot work/],
    ['rtmp://a/live', 'http://b/live', /to http:\/\/, which is not RTMP/],
    ['rtmp://a/live', 'srt://b:9000?mode=listener', /to srt:\/\//],
    ['rtmp://a/live', 'key', /cannot work/],
  ]
  for (const [from, to, says] of refused) {
    test(`from ${from} to ${to} it is not followed, and the words say why`, () => {
      const next = plan(from, to)
      assert.ok('refused' in next)
      assert.match(next.refused, says)
    })
  }
  test('is followed three times', () => {
    const next = plan('rtmp://a/live', 'rtmp://e/live', 'key', ['1', '2', '3', '4'])
    assert.ok('refused' in next && /after 3 others/.test(next.refused))
  })
  test('takes user and password to the same place alone', () => {
    const same = plan('rtmp://me:secret@a/live', 'rtmp://a/other')
    assert.ok('url' in same && same.url.password === 'secret')
    for (const to of ['rtmp://b/live', 'rtmp://a:1936/live', 'rtmp://you:there@b/live']) {
      const next = plan('rtmp://me:secret@a/live', to)
      assert.ok('url' in next && next.url.user === null && next.url.password === null, to)
    }
  })
})

const handshake = new Uint8Array(1 + 2 * 1536)
handshake[0] = 3
const rejected = (redirect: string, name = '_error'): Uint8Array =>
  commandWire(name, name === '_error' ? 1 : 0, [
    null,
    { level: 'error', code: 'NetConnection.Connect.Rejected', description: '[ AccessManager.Redirect ]', ex: { code: 302, redirect } },
  ])

/** A server that sends everybody on to `to(port)`. */
async function sendOn(
  to: (port: number) => string,
  name?: string,
): Promise<{ port: number; heard: string[]; [Symbol.asyncDispose](): Promise<void> }> {
  const sockets: Socket[] = []
  const heard: string[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    const index = heard.push('') - 1
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      heard[index] += bytes.toString('latin1')
      const { port } = server.address() as AddressInfo
      if (heard[index]!.length === 1537) socket.write(handshake)
      else if (heard[index]!.includes('tcUrl')) socket.write(concatBytes([rejected(to(port), name)]))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

for (const name of ['_error', 'onStatus']) {
  test(`a publisher goes where the server sends it by ${name}, under the same name, and says where it went`, async () => {
    await using target = await startServer()
    await using first = await sendOn(() => `rtmp://127.0.0.1:${target.port}/edge`, name)
    const { ready, publisher } = publish({ url: `rtmp://127.0.0.1:${first.port}/live`, streamKey: 'my-key?a=b' })
    await ready
    const { request } = target.published[0]!
    assert.deepEqual([request.app, request.name, request.query], ['edge', 'my-key', 'a=b'])
    assert.equal(publisher.sentTo, `rtmp://127.0.0.1:${target.port}`)
    publisher.close()
  })
}

test('a player goes where the server sends it', async () => {
  await using target = await startServer({ tags: [{ kind: 'video', timestampMs: 0, body: new Uint8Array(50) }] })
  await using first = await sendOn(() => `rtmp://127.0.0.1:${target.port}/live`)
  const { tags } = await play({ url: `rtmp://127.0.0.1:${first.port}/live`, streamKey: 'key' })
  assert.equal(tags.filter(({ kind }) => kind === 'video').length, 1)
})

test('user and password are not told to the server that one is sent on to', async () => {
  await using target = await sendOn((port) => `rtmp://127.0.0.1:${port}/live`)
  await using first = await sendOn(() => `rtmp://127.0.0.1:${target.port}/live`)
  await publish({ url: `rtmp://joe:s3cret@127.0.0.1:${first.port}/live`, streamKey: 'key' }).closed
  assert.doesNotMatch(target.heard.join(''), /joe|s3cret/)
})

const ends: [title: string, to: (port: number) => string, says: RegExp][] = [
  ['to itself', (port) => `rtmp://127.0.0.1:${port}/live`, /sent the connection to rtmp:\/\/127\.0\.0\.1:\d+, where it has been already/],
  [
    'round in circles with new names',
    (port) => `rtmp://127.0.0.1:${port}/app${Math.random()}`,
    /on to rtmp:\/\/127\.0\.0\.1:\d+, after 3 others/,
  ],
  ['to what is no address, with the key in it', () => 'rtmp://secret-key@/live', /to an address that cannot work/],
  ['to a private address', () => 'rtmp://10.1.2.3/live', /to rtmp:\/\/10\.1\.2\.3: not there/],
]
for (const [title, to, says] of ends) {
  test(`a server that sends its clients ${title} is told with the reason`, async () => {
    await using server = await sendOn(to)
    const refuseHost = (host: string): SluiceError | null =>
      host.startsWith('10.') ? new SluiceError('TEST_PRIVATE', 'operator', 'not there') : null
    const failure: Failure = await publish({ url: `rtmp://127.0.0.1:${server.port}/live`, streamKey: 'secret-key', refuseHost }).closed
    assert.deepEqual([failure.kind, failure.code], ['handshake', 'RTMP_REDIRECT'])
    assert.match(failure.message, says)
    assert.doesNotMatch(JSON.stringify(failure), /secret-key/)
  })
}

test('a failure at the server that one was sent on to says where that is', async () => {
  await using first = await sendOn(() => 'rtmp://127.0.0.1:1/live')
  const failure: Failure = await publish({ url: `rtmp://127.0.0.1:${first.port}/live`, streamKey: 'key' }).closed
  assert.equal(failure.kind, 'tcp')
  assert.match(failure.message, /refused.* \(at rtmp:\/\/127\.0\.0\.1:1, where the server sent the connection\)$/)
})
