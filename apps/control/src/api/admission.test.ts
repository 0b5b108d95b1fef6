import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import Fastify from 'fastify'
import { listen } from '../boot/index.ts'
import { admitConnections } from './admission.ts'

async function startServer(t: TestContext, host: string) {
  const clock = new FakeClock()
  const server = Fastify({ trustProxy: ['loopback'], forceCloseConnections: true })
  admitConnections(server, { clock, log: silentLogger })
  server.get('/', async (request) => request.ip)
  const port = await listen(server, host, 0)
  t.after(() => server.close())
  return { clock, port }
}

for (const [how, first, next] of [
  ['says nothing', '', ''],
  ['sends one byte', 'G', ''],
  ['trickles a byte a second', 'G', 'E'],
] as const) {
  test(`a stranger that ${how} is closed by the HTTP port within 30 s`, async (t) => {
    const { clock, port } = await startServer(t, '127.0.0.1')
    const socket = connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume()
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await once(socket, 'connect')
    socket.write(first)
    // A whole request of another proves that the server has accepted the first.
    await (await fetch(`http://127.0.0.1:${port}/`)).text()
    for (let second = 0; second < 31 && !socket.destroyed; second++) {
      clock.advance(1000)
      if (!socket.destroyed && next !== '') socket.write(next)
    }
    await closed
  })
}

test('whoever comes by IPv4 to a port that takes both is known by the IPv4 address', async (t) => {
  const { port } = await startServer(t, '::')
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), '127.0.0.1')
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-forwarded-for': '192.0.2.7' } })).text(), '192.0.2.7')
})
