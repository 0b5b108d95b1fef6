import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Logger } from '@sluice/base/log'
import { type Channel, type CreatedGuestLink, paths } from '@sluice/contract/api'
import { Problem } from '@sluice/contract/errors'
import { randomFrom } from '@sluice/testkit/random'
import { adminToken, asBrowser, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { sendRaw } from '../testing/raw-request.ts'
import { type KnownRoute, withRoutes } from '../testing/routes-of-server.ts'

const lines: string[] = []
const line = (fields: object, message: string): void => void lines.push(`${JSON.stringify(fields)} ${message}`)
const log: Logger = { debug: line, info: line, warn: line, error: line, child: () => log }

let under: ControlUnderTest
let routes: KnownRoute[]
let port: number
let cookie: string
let guestToken: string
before(async () => {
  const started = await withRoutes(() => startTestControl({ log }))
  under = started.result
  routes = started.routes
  port = Number(new URL(under.control.url).port)
  const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one', code: under.control.setupCode }
  cookie = asBrowser(under.anyone, await under.anyone.ask('POST', paths.setup, { body: owner })).headers['cookie']!
  const channel = await under.operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const link = await under.operator.ok<CreatedGuestLink>('POST', paths.channelGuestLinks(channel.id), { name: 'Guest', expiresAt })
  guestToken = link.url.split('/').at(-1)!
})
after(() => under.stop())

const long = 'x'.repeat(7000)
const junk = [
  '',
  ' ',
  ',',
  ';',
  '=',
  '\u00ff\u00fe',
  '\t',
  '%',
  '%00',
  '%ff',
  "' or 1=1 --",
  '{}',
  '[]',
  'null',
  '-1',
  '1e999',
  '__proto__',
  long,
]
const headerCases: Record<string, readonly string[]> = {
  host: ['a:99999', '[::1', '[::1]:x', 'a:-1', '::1', 'a b', 'http://a/', 'é', 'a@b', 'localhost:99999', '..', 'localhost,localhost'],
  origin: ['null', 'a:99999', 'http://', 'http://a:99999', 'http://[::1', '://', 'http://localhost:1:2'],
  referer: ['http://[', 'http://a:99999/'],
  cookie: [
    'sluice.session_token=',
    'sluice.session_token=%',
    'sluice.session_token=%ff%fe',
    'sluice.session_token=a.b',
    `sluice.session_token=${long}`,
    'sluice.session_token="x"; sluice.session_token=y',
    'sluice_device=a.b.c',
    `sluice_device=${'a'.repeat(22)}.1.${'b'.repeat(43)}`,
    '__Secure-sluice.session_token=a.b; =; ;;',
  ],
  authorization: [
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Basic eDp5',
    'Bearer \u00ff',
    `Bearer ${long}`,
    'bearer slk_',
    'Bearer null',
    'Digest x="',
  ],
  'content-type': [
    'application/json; charset=utf-16',
    'application/json; charset=klingon',
    'application/json;;;',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'text/plain',
    'application/x-www-form-urlencoded',
    'a',
    '/',
    'image/png',
    'video/mp4',
  ],
  'content-length': ['0', '00', '1'],
  'content-encoding': ['gzip', 'br', 'identity', 'x'],
  'transfer-encoding': ['gzip', 'chunked', 'identity'],
  accept: ['text/event-stream', 'application/xml', '*/*;q=2', 'a/b/c'],
  'accept-encoding': ['gzip;q=nan', 'x'],
  range: ['bytes=0-', 'bytes=-1', 'bytes=9-1', 'bytes=0-0,1-1', 'bytes=99999999999999999999-', 'lines=1-2', 'bytes'],
  'if-none-match': ['*', 'W/"', '"'],
  'if-modified-since': ['never', '0'],
  'x-forwarded-for': ['unknown', '1.2.3.4, x', '::1%eth0', '[::1]:80', '300.1.1.1', ',,,'],
  'x-forwarded-host': ['a:99999', '[::1', 'é', 'a b', ', '],
  'x-forwarded-proto': ['gopher', 'https, http', 'https://', 'http\u00ff'],
  forwarded: ['for="', 'host=a:99999'],
  'idempotency-key': ['a b', '\u00ff', 'x'.repeat(256)],
  'last-event-id': ['-1', 'x', '9007199254740993', '1e3', '0x10'],
  'sluice-workspace': ['none', '%00', '\u00ff'],
  'sluice-client-address': ['1.2.3.4'],
  expect: ['100-continue', 'nonsense'],
  upgrade: ['websocket', 'h2c'],
  connection: ['close, x', 'upgrade'],
  'x-http-method-override': ['DELETE'],
}
const targets = [
  '%',
  '%00',
  '%ff',
  '%2e%2e%2f',
  '%E0%A4%A',
  '..',
  '..%5c',
  "'",
  '%20',
  'x'.repeat(199),
  'x'.repeat(300),
  '%F0%9F%91%A8',
  'null',
  '*',
  ':id',
  '%3Fa',
  '\u00ff',
]
const queries = [
  '?',
  '?%',
  '?%00=%ff',
  '?limit=%',
  '?limit=1&limit=2',
  '?limit[]=1',
  '?after=%00',
  '?__proto__=1',
  '?a=\u00ff',
  `?a=${long}`,
  '?limit=1e99',
  '?channel=%F0',
  '?code=%',
]
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
const deepObject = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
const bodies: (string | Buffer)[] = [
  '',
  '{',
  'nope',
  'null',
  '[]',
  '"text"',
  '1e400',
  '{"name":1e400}',
  `{"name":${'9'.repeat(4000)}}`,
  '{"__proto__":{"isAdmin":true},"name":"x"}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"name":null,"email":{},"password":[],"code":1,"url":false}',
  '{"name":"\\u0000","email":"a@b.example","password":"\\ud800"}',
  '{"email":"a@b.example","password":"\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800","name":"x","code":"\\ud800"}',
  '{"name":["x"],"scopes":"all"}',
  deep,
  deepObject,
  `{"a":"${'x'.repeat(250_000)}"}`,
  Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  Buffer.from('7b226e616d65223a22ff22 7d'.replace(' ', ''), 'hex'),
]

type Sent = { method: string; path: string; headers?: readonly (readonly [string, string])[]; body?: string | Buffer }

/** A header that the case brings takes the place of the usual one. */
function bytesOf({ method, path, headers = [], body }: Sent): Buffer {
  const names = new Set(headers.map(([name]) => name))
  const length = Buffer.byteLength(body ?? '')
  const usual: [string, string][] = [
    ['host', `127.0.0.1:${port}`],
    ['connection', 'close'],
    ...(body === undefined
      ? []
      : ([
          ['content-type', 'application/json'],
          ['content-length', String(length)],
        ] as [string, string][])),
  ]
  const all = [...usual.filter(([name]) => !names.has(name)), ...headers]
  const head = `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')])
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Below 500, or 503 in words; and what is refused says in a problem what was found. */
async function mustBeRefusedInWords(sent: Sent): Promise<number> {
  const what = `${sent.method} ${sent.path.slice(0, 200)} ${JSON.stringify(sent.headers ?? []).slice(0, 300)} ${String(sent.body ?? '').slice(0, 100)}`
  const answer = await sendRaw(port, bytesOf(sent)).catch((error: Error) => assert.fail(`${what}: ${error.message}`))
  assert.ok(answer.status >= 200, `${what}: no answer '${answer.head}'`)
  if (answer.status < 400) return answer.status
  // A page that is not built yet says so in HTML.
  if (answer.status === 503 && /pages are not built/.test(answer.body)) return 503
  assert.ok(answer.status < 500, `${what}: ${answer.head}\n${answer.body.slice(0, 500)}`)
  assert.match(answer.head, /content-type: application\/problem\+json/i, `${what}: ${answer.head}\n${answer.body.slice(0, 300)}`)
  if (sent.method === 'HEAD') return answer.status
  const problem = Problem.safeParse(parse(answer.body))
  assert.ok(problem.success && problem.data.detail.length > 10, `${what}: ${answer.body.slice(0, 300)}`)
  return answer.status
}

const fill = (url: string, value: string): string => url.replace(/:[A-Za-z]+|\*/g, value)
const readsBody = ({ method }: KnownRoute): boolean => ['POST', 'PATCH', 'PUT', 'DELETE'].includes(method)
/** These take what comes for as long as it comes. */
const callers = (): (readonly [string, string])[][] => [[], [['authorization', `Bearer ${adminToken}`]], [['cookie', cookie]]]

test('the router’s own list of routes is what is tried', () => {
  assert.ok(routes.length > 70, `${routes.length} routes`)
  for (const url of ['/healthz', '/readyz', '/openapi.json', paths.setup, paths.session, paths.guest(':token'), '/assets/*']) {
    assert.ok(
      routes.some((route) => route.url === url),
      `${url} is not among ${routes.map((route) => route.url).join(' ')}`,
    )
  }
})

test('no header makes any route fail, whoever asks', { timeout: 170_000 }, async () => {
  for (const route of routes) {
    const id = route.url.includes(':token') ? guestToken : 'none'
    const cases = Object.entries(headerCases).flatMap(([name, values]) => [...values, ...junk].map((value) => [name, value] as const))
    const random = randomFrom(route.url.length * 31 + route.method.length)
    // Every name on every route, a share of its values: over all routes each value comes many times.
    const chosen = Object.keys(headerCases).flatMap((name) => {
      const own = cases.filter(([one]) => one === name)
      return [own[random.int(0, own.length - 1)]!, own[random.int(0, own.length - 1)]!]
    })
    const share = process.env['SLUICE_FUZZ'] === undefined ? chosen : cases
    for (const [name, value] of share) {
      const caller = name === 'cookie' || name === 'authorization' ? [] : callers()[random.int(0, 2)]!
      const body = readsBody(route) && name !== 'transfer-encoding' ? { body: '{}' } : {}
      await mustBeRefusedInWords({ method: route.method, path: fill(route.url, id), headers: [...caller, [name, value]], ...body })
    }
  }
})

test('no path or query makes any route fail', { timeout: 170_000 }, async () => {
  for (const route of routes) {
    const body = readsBody(route) ? { body: '{}' } : {}
    const random = randomFrom(route.url.length)
    const ids = /[:*]/.test(route.url) ? targets : ['']
    for (const id of ids) {
      await mustBeRefusedInWords({ method: route.method, path: fill(route.url, id), headers: callers()[random.int(0, 2)]!, ...body })
    }
    for (const query of queries) {
      const headers = callers()[random.int(0, 2)]!
      await mustBeRefusedInWords({ method: route.method, path: fill(route.url, 'none') + query, headers, ...body })
    }
  }
})

test('no body makes any route fail', { timeout: 170_000 }, async () => {
  for (const route of routes.filter(readsBody)) {
    const random = randomFrom(route.url.length)
    for (const body of bodies) {
      const id = route.url.includes(':token') ? guestToken : 'none'
      await mustBeRefusedInWords({ method: route.method, path: fill(route.url, id), headers: callers()[random.int(0, 2)]!, body })
    }
  }
})

test('what is no HTTP request is refused in words, and other methods are not found', async () => {
  const odd = [
    'GARBAGE\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    `GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n`,
    'GET /api/v1/session HTTP/1.1\r\nhost: localhost\r\nHost: evil.example\r\nconnection: close\r\n\r\n',
    `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
    `GET /${'y'.repeat(40_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
    'GET / HTTP/1.1\r\nhost: localhost\r\nx : y\r\n\r\n',
    'POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}',
    'POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n{}',
    'POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999999999999999\r\n\r\n{}',
    'POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
    'GET http://localhost:99999/x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    'GET \u0000 HTTP/1.1\r\nhost: localhost\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
  ]
  for (const text of odd) {
    const answer = await sendRaw(port, text).catch((error: Error) => ({ status: -1, head: error.message, body: '' }))
    const what = JSON.stringify(text.slice(0, 120))
    assert.ok(answer.status < 500, `${what}: ${answer.head}`)
    if (answer.status < 400) continue
    assert.match(answer.head, /content-type: application\/problem\+json/i, `${what}: ${answer.head} ${answer.body}`)
    assert.ok(Problem.safeParse(JSON.parse(answer.body)).success, `${what}: ${answer.body}`)
  }
  for (const method of ['PUT', 'HEAD', 'OPTIONS', 'TRACE', 'PURGE', 'SEARCH', 'PROPFIND']) {
    const answer = await sendRaw(port, bytesOf({ method, path: paths.channels }))
    assert.ok(answer.status === 404 || answer.status === 400, `${method}: ${answer.head}`)
  }
})

test('a client’s fault leaves no stack in the log, and the process goes on', async () => {
  const failed = lines.filter((one) => /"stack"|request failed|INTERNAL/.test(one))
  assert.deepEqual(failed.slice(0, 5), [])
  assert.equal((await under.anyone.get('/healthz')).status, 200)
  assert.equal((await under.operator.get(paths.channels)).status, 200)
})
