import { request } from 'node:http'
import { paths } from '@sluice/contract/api'
import type { SeededRandom } from '@sluice/testkit/random'
import { addressOf, type Deed, openTcp, type Place, pick, rest, sayAndLeave } from './place.ts'

/** One request whose answer is read and thrown away. */
function ask(place: Place, random: SeededRandom, method: string, path: string, body: string): Promise<void> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const options = { port: place.ports.http, host: '127.0.0.1', localAddress: addressOf(random), method, path, headers, timeout: 5000 }
    const call = request(options, (answer) => answer.resume().on('close', resolve))
    call.on('error', () => resolve())
    call.on('timeout', () => call.destroy())
    call.end(body)
  })
}

const signIns: Deed = async (place, random, signal) => {
  for (let i = random.int(5, 30); i > 0 && !signal.aborted; i--) {
    const body = {
      email: `${pick(random, ['owner', 'ada', `x${random.int(0, 1e6)}`])}@example.org`,
      password: `guess-${random.int(0, 1e9)}`,
    }
    await ask(place, random, 'POST', paths.session, JSON.stringify(body))
  }
}

const setups: Deed = async (place, random, signal) => {
  for (let i = random.int(3, 15); i > 0 && !signal.aborted; i--) {
    const body = { name: 'Eve', email: 'eve@example.org', password: 'a long enough password', code: `guess-${random.int(0, 1e9)}` }
    await ask(place, random, 'POST', paths.setup, JSON.stringify(body))
  }
}

const brokenBodies: Deed = async (place, random) => {
  const path = pick(random, [paths.channels, paths.session, paths.setup, paths.preflight, paths.apiKeys])
  const body = pick(random, [
    '{',
    '[]',
    'null',
    '{"name":'.repeat(200),
    '"'.repeat(5000),
    Buffer.from(random.bytes(200)).toString('latin1'),
  ])
  await ask(place, random, pick(random, ['POST', 'PATCH', 'PUT', 'DELETE']), path, body)
}

const hostileLines = [
  'Host: evil.example',
  'Host: 127.0.0.1\r\nHost: evil.example',
  'X-Forwarded-For: 1.2.3.4, ::1, bad',
  `Cookie: sluice=${'%'.repeat(2000)}`,
  'Content-Length: -1',
  'Transfer-Encoding: chunked\r\nContent-Length: 5',
  `X-Long: ${'y'.repeat(20_000)}`,
  'Last-Event-ID: 99999999999999999999',
  'Range: bytes=9999999999-1',
  'Accept-Encoding: \u0000',
  'Expect: 100-continue',
]

const hostileHeaders: Deed = async (place, random, signal) => {
  const { http, mediaHttp } = place.ports
  const path = pick(random, [
    '/',
    paths.channels,
    paths.events,
    '/healthz',
    '/metrics',
    pick(random, place.channels).hls,
    '/%00',
    '/../../etc',
  ])
  const lines = Array.from({ length: random.int(1, 3) }, () => pick(random, hostileLines))
  const bytes = `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
  await sayAndLeave(openTcp(pick(random, [http, mediaHttp]), random), bytes, random.int(50, 1000), signal)
}

/** Event streams with everything that happens, which nobody reads. */
const deafStreams: Deed = async (place, random, signal) => {
  const sockets = Array.from({ length: random.int(1, 4) }, () => openTcp(place.ports.http, random))
  const lines = [`GET ${paths.events} HTTP/1.1`, `Host: 127.0.0.1:${place.ports.http}`, `Authorization: Bearer ${place.token}`, '', '']
  for (const socket of sockets) socket.pause().write(lines.join('\r\n'))
  await rest(random.int(3000, 30_000), signal)
  for (const socket of sockets) socket.destroy()
}

export const callers: Readonly<Record<string, Deed>> = {
  'floods the sign-in': signIns,
  'posts the setup': setups,
  'sends broken bodies to the API': brokenBodies,
  'sends hostile headers': hostileHeaders,
  'opens event streams and never reads': deafStreams,
}
