import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { ApiClient } from './api-client.ts'
import { pick } from './find.ts'
import { type FollowNotice, follow } from './follow.ts'
import { SseDecoder } from './sse.ts'
import { keepToken, readToken, tokenFile } from './token.ts'

async function serve(listener: RequestListener): Promise<{ url: string; server: Server } & AsyncDisposable> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, [Symbol.asyncDispose]: close }
}

const clientOf = (url: string, token: string | null = 'slk_secret', signal = new AbortController().signal): ApiClient =>
  new ApiClient({ url, token, signal })

test('server-sent events come out whole, however the text is cut', () => {
  const text = ': hello\n\nid: 7\nevent: event\ndata: {"a":\ndata: 1}\n\ndata:x\r\n\r\nevent: none\n\nid: 8\ndata: y\n\n'
  const expected = [
    { name: 'event', data: '{"a":\n1}', id: '7' },
    { name: 'message', data: 'x', id: '7' },
    { name: 'message', data: 'y', id: '8' },
  ]
  for (const size of [1, 2, 3, 7, text.length]) {
    const decoder = new SseDecoder()
    const events = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
      decoder.push(text.slice(i * size, (i + 1) * size)),
    ).flat()
    assert.deepEqual(events, expected, `pieces of ${size}`)
  }
})

test('a problem becomes its sentence, its fields and the next step', async () => {
  await using api = await serve((_request, response) => {
    response.writeHead(422, { 'content-type': 'application/problem+json' })
    response.end(
      JSON.stringify({
        type: 'about:blank',
        title: 't',
        status: 422,
        detail: 'port 99999 is not 1..65535',
        code: 'DESTINATION_URL',
        fields: [{ path: 'url', message: 'bad port' }],
      }),
    )
  })
  await assert.rejects(clientOf(api.url).get('/x', z.object({})), {
    message: 'port 99999 is not 1..65535 (DESTINATION_URL)\n  url: bad port',
    hint: 'Correct it as the detail says.',
    exitCode: 1,
  })
})

test('a server that is not there, and one that is something else, are told apart', async () => {
  const closed = await serve(() => {})
  await closed[Symbol.asyncDispose]()
  await assert.rejects(clientOf(closed.url).get('/x', z.object({})), {
    message: `no Sluice answers at ${closed.url}: connection refused`,
  })
  await using other = await serve((_request, response) => response.end('<html>'))
  await assert.rejects(clientOf(other.url).get('/x?limit=1', z.object({ id: z.string() })), /unexpected answer to GET \/x, at/)
})

test('the key goes to the server that was named, and to no other by a redirect', async () => {
  const seen: (string | undefined)[] = []
  await using other = await serve((request, response) => {
    seen.push(request.headers.authorization)
    response.end('{}')
  })
  await using api = await serve((_request, response) => {
    response.writeHead(302, { location: `${other.url}/x` })
    response.end()
  })
  await assert.rejects(clientOf(api.url).get('/x', z.object({})))
  assert.deepEqual(seen, [])
})

test('lists are read page after page', async () => {
  await using api = await serve((request, response) => {
    const after = new URL(request.url ?? '', 'http://x').searchParams.get('after')
    response.end(
      JSON.stringify(after === null ? { items: [{ n: 1 }], next: 'a b' } : { items: [{ n: after === 'a b' ? 2 : 0 }], next: null }),
    )
  })
  assert.deepEqual(await clientOf(api.url).list('/x', z.object({ n: z.number() })), [{ n: 1 }, { n: 2 }])
})

test('a follower takes up the stream where it broke, and misses nothing', async () => {
  const event = (id: string): string => {
    const body = {
      id,
      at: '2026-03-01T10:00:00Z',
      name: 'channel.live',
      severity: 'info',
      channelId: 'c',
      subjectId: null,
      message: id,
      data: {},
    }
    return `event: event\nid: ${id}\ndata: ${JSON.stringify({ type: 'event', event: body })}\n\n`
  }
  const resumes: (string | undefined)[] = []
  await using api = await serve((request, response) => {
    resumes.push(request.headers['last-event-id'] as string | undefined)
    response.writeHead(resumes.length === 2 ? 503 : 200, { 'content-type': 'text/event-stream' })
    if (resumes.length === 1) response.end(`${event('1')}${event('2')}event: event\nid: 3\ndata: {"ty`)
    else if (resumes.length === 2) response.end()
    else response.write(`event: newkind\ndata: {"type":"newkind"}\n\n${event('3')}`)
  })
  const abort = new AbortController()
  const notices: FollowNotice[] = []
  const ids: string[] = []
  const client = clientOf(api.url, null, abort.signal)
  for await (const message of follow(client, { channelId: null, signal: abort.signal, onNotice: (notice) => notices.push(notice) })) {
    if (message.type === 'event') ids.push(message.event.id)
    if (ids.length === 3) abort.abort()
  }
  assert.deepEqual(ids, ['1', '2', '3'])
  assert.deepEqual(resumes, [undefined, '2', '2'])
  assert.deepEqual(notices, ['lost', 'back'])
})

test('a follower gives up at once when the server refuses', async () => {
  await using api = await serve((_request, response) => {
    response.writeHead(404)
    response.end('{}')
  })
  const { signal } = new AbortController()
  const messages = follow(clientOf(api.url), { channelId: 'gone', signal, onNotice: () => {} })
  await assert.rejects(messages.next(), { status: 404 })
})

test('ids win over names, names over another case, and what is ambiguous is refused with its ids', () => {
  const all = [
    { id: 'a', name: 'Show' },
    { id: 'b', name: 'show' },
    { id: 'c', name: 'a' },
    { id: 'd', name: 'Two' },
    { id: 'e', name: 'Two' },
  ]
  assert.equal(pick('channel', 'a', all).name, 'Show')
  assert.equal(pick('channel', 'show', all).id, 'b')
  assert.equal(pick('channel', 'A', all).id, 'c')
  assert.throws(() => pick('channel', 'SHOW', all), { message: "2 channels are named 'SHOW'", hint: 'Use an id: a, b.' })
  assert.throws(() => pick('output', 'Two', all, true), { hint: 'Use an id: d, e, or narrow it with --channel.' })
  assert.throws(() => pick('channel', 'x', []), { message: "there is no channel 'x'", hint: 'There is no channel yet.' })
})

test('a kept key is for its own server, readable by its owner alone, and given up when others can read it', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'sluice-cli-'))
  try {
    const env = { XDG_CONFIG_HOME: home }
    keepToken(env, 'http://127.0.0.1:8080/', 'slk_one')
    keepToken(env, 'https://live.example', 'slk_two')
    assert.equal(statSync(tokenFile(env)).mode & 0o777, 0o600)
    assert.equal(readToken(env, 'http://127.0.0.1:8080'), 'slk_one')
    assert.equal(readToken(env, 'https://live.example/x'), 'slk_two')
    assert.equal(readToken(env, 'https://other.example'), null)
    assert.equal(readToken({ ...env, SLUICE_TOKEN: ' slk_env\n' }, 'https://live.example'), 'slk_env')
    chmodSync(tokenFile(env), 0o644)
    assert.throws(() => readToken(env, 'https://live.example'), /other users of this machine can read it \(mode 644, not 600\)/)
  } finally {
    rmSync(home, { recursive: true })
  }
})
