import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import type { Frame } from '@sluice/codecs/frame'
import { openHlsSource } from './index.ts'
import { tsSegment } from './testing/make-stream.ts'
import { ac3Frames, adtsFrames, id3Tag, mp3Frames } from './testing/packed-audio.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

async function startServer(t: TestContext, handler: Handler, host = '127.0.0.1'): Promise<number> {
  const server = createServer(handler).listen(0, host)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Pulls until there are frames of all `kinds`, or the source ends. */
async function pull(
  t: TestContext,
  url: string,
  kinds: readonly string[] = ['video'],
): Promise<{ frames: Frame[]; failure: Failure | null }> {
  const { promise, resolve } = Promise.withResolvers<Failure | null>()
  const frames: Frame[] = []
  const source = openHlsSource({
    url,
    clock: systemClock,
    limits: { maxMisses: 1 },
    handler: {
      onReady() {},
      onFrame(frame) {
        frames.push(frame)
        if (kinds.every((kind) => frames.some(({ track }) => track.kind === kind))) resolve(null)
      },
      onFlush() {},
      onClose: resolve,
    },
  })
  t.after(() => source.close())
  const failure = await promise
  source.close()
  return { frames, failure }
}

const list = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\ns.ts\n#EXT-X-ENDLIST\n'
const segment = tsSegment(0)
const bodyOf = (url = ''): string | Uint8Array => (url.includes('m3u8') ? list : segment)

test('a server that wants its cookie back gets it, from playlist to playlist to segment', async (t) => {
  const port = await startServer(t, ({ url, headers }, response) => {
    response.setHeader('set-cookie', 'tok=abc; Path=/')
    if (url === '/m.m3u8') response.end('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n')
    else if (headers.cookie !== 'tok=abc') response.writeHead(403).end()
    else response.end(bodyOf(url))
  })
  assert.equal((await pull(t, `http://127.0.0.1:${port}/m.m3u8`)).failure, null)
})

test('a cookie that comes with a redirect goes back to its host, and the host that is sent on to gets none', async (t) => {
  const seen: (string | undefined)[] = []
  const far = await startServer(
    t,
    ({ url, headers }, response) => {
      seen.push(headers.cookie)
      response.end(bodyOf(url))
    },
    '127.0.0.2',
  )
  let isBack = false
  const near: number = await startServer(t, ({ url, headers }, response) => {
    if (url === '/a.m3u8') response.writeHead(302, { location: '/b.m3u8', 'set-cookie': 'tok=abc; Path=/' }).end()
    else {
      isBack = headers.cookie === 'tok=abc'
      response.writeHead(302, { location: `http://127.0.0.2:${far}/c.m3u8` }).end()
    }
  })
  assert.equal((await pull(t, `http://127.0.0.1:${near}/a.m3u8`)).failure, null)
  assert.deepEqual([isBack, seen.every((cookie) => cookie === undefined), seen.length >= 2], [true, true, true])
})

const packers: { name: string; pack: (b: string | Uint8Array) => Uint8Array; header?: string }[] = [
  { name: 'gzip', pack: gzipSync, header: 'gzip' },
  { name: 'x-gzip', pack: gzipSync, header: 'x-gzip' },
  { name: 'deflate', pack: deflateSync, header: 'deflate' },
  { name: 'br', pack: brotliCompressSync, header: 'br' },
  { name: 'gzip that no header tells of', pack: gzipSync },
]
for (const { name, pack, header } of packers) {
  test(`playlists and segments in ${name} are unpacked, whatever was asked for`, async (t) => {
    const port = await startServer(t, ({ url }, response) => {
      if (header !== undefined) response.setHeader('content-encoding', header)
      response.end(pack(bodyOf(url)))
    })
    const { failure, frames } = await pull(t, `http://127.0.0.1:${port}/a.m3u8`)
    assert.deepEqual([failure, frames.length > 0], [null, true])
  })
}

test('a part that is cut out of a compressed answer is a part of what it unpacks to', async (t) => {
  const padded = Buffer.concat([Buffer.alloc(500, 1), segment, Buffer.alloc(500, 1)])
  const port = await startServer(t, ({ url }, response) => {
    if (url === '/a.m3u8') response.end(list.replace('s.ts', `#EXT-X-BYTERANGE:${segment.length}@500\ns.ts`))
    else response.setHeader('content-encoding', 'gzip').end(gzipSync(padded))
  })
  assert.equal((await pull(t, `http://127.0.0.1:${port}/a.m3u8`)).failure, null)
})

const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024))
const bombs: { name: string; bytes: Uint8Array; header: Record<string, string>; at: 'playlist' | 'segment' }[] = [
  { name: 'as a playlist', bytes: bomb, header: { 'content-encoding': 'gzip' }, at: 'playlist' },
  { name: 'as a segment', bytes: bomb, header: { 'content-encoding': 'gzip' }, at: 'segment' },
  { name: 'that no header tells of', bytes: bomb, header: {}, at: 'segment' },
  { name: 'in Brotli', bytes: brotliCompressSync(Buffer.alloc(40 * 1024 * 1024)), header: { 'content-encoding': 'br' }, at: 'segment' },
]
for (const { name, bytes, header, at } of bombs) {
  test(`a bomb ${name} ends the pull with its reason, and little of it is ever unpacked`, async (t) => {
    const port = await startServer(t, ({ url }, response) => {
      if (url?.includes('m3u8') && at === 'segment') response.end(list)
      else response.writeHead(200, header).end(bytes)
    })
    const before = process.memoryUsage().arrayBuffers
    const { failure } = await pull(t, `http://127.0.0.1:${port}/a.m3u8`)
    assert.ok(['HLS_COMPRESSED', 'HLS_TOO_LARGE'].includes(failure?.code ?? ''), failure?.message)
    assert.ok(process.memoryUsage().arrayBuffers - before < 20 * 1024 * 1024)
  })
}

test('an encoding that nobody knows is named as such', async (t) => {
  const port = await startServer(t, (_, response) => response.writeHead(200, { 'content-encoding': 'zpaq' }).end('x'))
  assert.match((await pull(t, `http://127.0.0.1:${port}/a.m3u8`)).failure?.message ?? '', /neither gzip, deflate nor br/)
})

const packed = [
  { name: 'AAC', frames: adtsFrames(94), codec: 'aac' },
  { name: 'MP3', frames: mp3Frames(84), codec: 'mp3' },
  { name: 'AC-3', frames: ac3Frames(63), codec: 'ac3' },
]
for (const { name, frames: sound, codec } of packed) {
  test(`packed ${name} beside pictures is put where its ID3 tag says`, async (t) => {
    const pages: Record<string, string | Uint8Array> = {
      '/m.m3u8':
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",DEFAULT=YES,URI="a.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"\nv.m3u8\n',
      '/v.m3u8': list,
      '/a.m3u8': list.replace('s.ts', 'a.aac'),
      '/s.ts': segment,
      '/a.aac': Buffer.concat([id3Tag(1000 * 90, { version: 3 }), sound]),
    }
    const port = await startServer(t, ({ url }, response) => response.end(pages[url ?? ''] ?? ''))
    const { failure, frames } = await pull(t, `http://127.0.0.1:${port}/m.m3u8`, ['video', 'audio'])
    assert.equal(failure, null)
    const heard = frames.find(({ track }) => track.kind === 'audio')!
    const seen = frames.find(({ track }) => track.kind === 'video')!
    assert.equal(heard.track.codec, codec)
    assert.ok(Math.abs(heard.dts - seen.dts) < 3000, `${heard.dts} and ${seen.dts}`)
  })
}

test('a playlist of packed sound alone is played', async (t) => {
  const port = await startServer(t, ({ url }, response) =>
    response.end(url?.includes('m3u8') ? list.replace('s.ts', 'a.aac') : Buffer.concat([id3Tag(9000), adtsFrames(94)])),
  )
  assert.equal((await pull(t, `http://127.0.0.1:${port}/a.m3u8`, ['audio'])).failure, null)
})
