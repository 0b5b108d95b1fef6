import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { type Failure, SluiceError } from '@sluice/base/errors'
import { openHlsSource } from './client.ts'
import type { HlsSource, HlsSourceOptions } from './client-types.ts'
import { tsSegment } from './testing/make-stream.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

async function startServer(t: TestContext, handler: Handler): Promise<number> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

type Outcome = { source: HlsSource; frames: number; failure: Failure | null }

/** Opens a source and waits for a frame of it, or for its end. */
async function open(t: TestContext, url: string, options: Partial<HlsSourceOptions> = {}): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Failure | null>()
  let frames = 0
  const source = openHlsSource({
    url,
    clock: systemClock,
    ...options,
    handler: {
      onReady() {},
      onFrame() {
        frames++
      },
      onFlush: () => resolve(null),
      onClose: resolve,
    },
  })
  t.after(() => source.close())
  const failure = await promise
  return { source, frames, failure }
}

const list = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\ns.ts\n#EXT-X-ENDLIST\n'
const segment = tsSegment(0)
const serve: Handler = ({ url }, response) => {
  if (url?.includes('m3u8')) response.end(list)
  else response.end(segment)
}

test('a source is fetched over HTTP and gives frames, with whom it came from', async (t) => {
  const port = await startServer(t, (request, response) => {
    response.setHeader('server', 'teststand')
    serve(request, response)
  })
  const { source, frames, failure } = await open(t, `http://127.0.0.1:${port}/a.m3u8`)
  assert.deepEqual([failure, frames > 0], [null, true])
  assert.deepEqual([source.remoteAddress, source.server, source.bytesReceived >= segment.length], ['127.0.0.1', 'teststand', true])
})

test('redirects are followed, segments stand against where the playlist was found, and login stays with its server', async (t) => {
  const seen: (string | undefined)[][] = []
  const far = await startServer(t, (request, response) => {
    seen.push(['far', request.url, request.headers.authorization])
    serve(request, response)
  })
  const near = await startServer(t, (request, response) => {
    seen.push(['near', request.url, request.headers.authorization])
    response.writeHead(302, { location: `http://127.0.0.1:${far}/deep/b.m3u8?t=2` }).end()
  })
  const { failure } = await open(t, `http://me:secret@127.0.0.1:${near}/a.m3u8`)
  assert.equal(failure, null)
  assert.deepEqual(seen.slice(0, 3), [
    ['near', '/a.m3u8', `Basic ${Buffer.from('me:secret').toString('base64')}`],
    ['far', '/deep/b.m3u8?t=2', undefined],
    ['far', '/deep/s.ts', undefined],
  ])
})

test('a server that ignores a range is cut down to it', async (t) => {
  const padded = Buffer.concat([Buffer.alloc(500, 1), segment, Buffer.alloc(500, 1)])
  const port = await startServer(t, ({ url }, response) => {
    if (url === '/a.m3u8') response.end(list.replace('s.ts', `#EXT-X-BYTERANGE:${segment.length}@500\ns.ts`))
    else response.end(padded)
  })
  const { failure, frames } = await open(t, `http://127.0.0.1:${port}/a.m3u8`)
  assert.deepEqual([failure, frames > 0], [null, true])
})

const limits = { answerTimeoutMs: 300, idleTimeoutMs: 300, totalTimeoutMs: 900, maxPlaylistBytes: 10_000 }
const failures: { name: string; handler: Handler; code: string; kind: Failure['kind'] }[] = [
  { name: 'nothing there', handler: (_, response) => response.writeHead(404).end(), code: 'HLS_NOT_FOUND', kind: 'remote-close' },
  { name: 'a wrong login', handler: (_, response) => response.writeHead(401).end(), code: 'HLS_FORBIDDEN', kind: 'auth' },
  { name: 'an inner fault', handler: (_, response) => response.writeHead(503).end(), code: 'HLS_HTTP', kind: 'tcp' },
  { name: 'silence', handler: () => {}, code: 'HLS_TIMEOUT', kind: 'tcp' },
  {
    name: 'half an answer',
    handler: (_, response) => response.writeHead(200, { 'content-length': 99 }).write('x'),
    code: 'HLS_TIMEOUT',
    kind: 'tcp',
  },
  {
    name: 'an answer in drops',
    handler: (_, response) => {
      const timer = setInterval(() => response.write('#'), 50)
      response.on('close', () => clearInterval(timer))
    },
    code: 'HLS_TIMEOUT',
    kind: 'tcp',
  },
  { name: 'a cut connection', handler: ({ socket }) => socket.destroy(), code: 'HLS_TCP', kind: 'tcp' },
  {
    name: 'no HTTP',
    handler: ({ socket }) => socket.end('RTSP/1.0 400 Bad\r\n\r\n'),
    code: 'HLS_HTTP',
    kind: 'handshake',
  },
  { name: 'too much', handler: (_, response) => response.end(Buffer.alloc(20_000, 35)), code: 'HLS_TOO_LARGE', kind: 'handshake' },
  {
    name: 'a compressed answer that is broken',
    handler: (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    code: 'HLS_COMPRESSED',
    kind: 'handshake',
  },
  {
    name: 'redirects without end',
    handler: (_, response) => response.writeHead(302, { location: '/a' }).end(),
    code: 'HLS_REDIRECTS',
    kind: 'handshake',
  },
  {
    name: 'a way to a file',
    handler: (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    code: 'HLS_HTTP',
    kind: 'handshake',
  },
]
for (const { name, handler, code, kind } of failures) {
  test(`a server that answers with ${name} is heard as ${code}`, async (t) => {
    const port = await startServer(t, handler)
    const { failure } = await open(t, `http://127.0.0.1:${port}/a.m3u8?token=hunter7`, { limits })
    assert.deepEqual([failure?.code, failure?.kind], [code, kind])
    assert.doesNotMatch(failure?.message ?? '', /hunter7|a\.m3u8/)
  })
}

test('a port where nobody listens, and an address that is none, are told apart', async (t) => {
  const port = await startServer(t, serve)
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port: free } = closed.address() as AddressInfo
  closed.close()
  assert.deepEqual((await open(t, `http://127.0.0.1:${free}/a.m3u8`)).failure?.code, 'HLS_TCP')
  assert.deepEqual((await open(t, `https://127.0.0.1:${port}/a.m3u8`)).failure?.code, 'HLS_TLS')
  assert.deepEqual((await open(t, 'srt://127.0.0.1:9')).failure?.code, 'HLS_URL')
})

/** Forbids 127.0.0.2 and the name `inside.example`. */
const forbidden = new SluiceError('TEST_FORBIDDEN', 'operator', 'forbidden')
const guard: Partial<HlsSourceOptions> = {
  refuseHost: (host) => (host === '127.0.0.2' ? forbidden : null),
  lookup: ((host, options, callback) => {
    if (host === 'inside.example') callback(forbidden, '', 0)
    else if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
    else callback(null, '127.0.0.1', 4)
  }) as LookupFunction,
}
for (const place of ['127.0.0.2', 'inside.example']) {
  const steps: { name: string; handler: (port: number) => Handler }[] = [
    {
      name: 'by a redirect',
      handler: (port) => (_, response) => response.writeHead(307, { location: `http://${place}:${port}/a.m3u8` }).end(),
    },
    {
      name: 'as a variant',
      handler: (port) => (_, response) => response.end(`#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://${place}:${port}/v.m3u8`),
    },
    { name: 'as a segment', handler: (port) => (_, response) => response.end(list.replace('s.ts', `http://${place}:${port}/s.ts`)) },
  ]
  for (const { name, handler } of steps) {
    test(`${place} is not called when it is named ${name}`, async (t) => {
      let isCalled = false
      const port: number = await startServer(t, (request, response) => {
        if (request.headers.host?.startsWith(place)) isCalled = true
        handler(port)(request, response)
      })
      const { failure } = await open(t, `http://fine.example:${port}/a.m3u8`, { ...guard, limits: { ...limits, maxMisses: 1 } })
      assert.deepEqual([failure?.code, isCalled], ['TEST_FORBIDDEN', false])
    })
  }
}
