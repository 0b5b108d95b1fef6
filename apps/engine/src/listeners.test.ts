import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { systemClock } from '@sluice/base/clock'
import { type Logger, silentLogger } from '@sluice/base/log'
import { testCertificateFiles } from '@sluice/testkit/certificates'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { eventually } from '@sluice/testkit/wait'
import { controlOf, type EngineUnderTest, startTestEngine, until } from './testing/engine-under-test.ts'
import { playFrom, publishTo } from './testing/publish.ts'

const certificate = testCertificateFiles('good')

/** Every stream listener of an engine: one that is added belongs here. */
const listeners: { [name: string]: (engine: EngineUnderTest) => NetConnectOpts } = {
  RTMP: ({ ports }) => ({ port: ports.rtmp, host: '127.0.0.1' }),
  RTMPS: ({ ports }) => ({ port: ports.rtmps!, host: '127.0.0.1' }),
  'RTMP relay': ({ relayPath }) => ({ path: relayPath }),
  'link to control': ({ linkPath }) => ({ path: linkPath }),
}

/** What a stranger sends: `first` at once, `next` each second. */
const strangers: { [name: string]: { first: string; next: string } } = {
  'that says nothing': { first: '', next: '' },
  'that sends one byte': { first: '\x03', next: '' },
  'that trickles a byte a second': { first: 'G', next: 'E' },
}

async function open(t: TestContext, to: NetConnectOpts): Promise<Socket> {
  const socket = connect(to)
  socket.on('error', () => {})
  socket.resume()
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Resolves once a server of this process, which is the engine's, has taken the next connection. */
function nextAccepted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const note = (): void => {
    unsubscribe('net.server.socket', note)
    resolve()
  }
  subscribe('net.server.socket', note)
  return promise
}

for (const [listener, place] of Object.entries(listeners)) {
  for (const [how, { first, next }] of Object.entries(strangers)) {
    test(`the ${listener} listener closes a stranger ${how}, within 20 s`, async (t) => {
      const clock = new FakeClock()
      const engine = await startTestEngine(t, { clock, tls: certificate })
      const accepted = nextAccepted()
      const socket = await open(t, place(engine))
      await accepted
      socket.write(first)
      for (let second = 0; second < 20 && !socket.closed; second++) {
        clock.advance(1000)
        await sleep(1)
        if (!socket.destroyed) socket.write(next)
      }
      clock.advance(3000) // for those who are told why and then have to leave
      await until(() => socket.closed)
    })
  }
}

test('TLS that stops in its first record is closed like any stranger', async (t) => {
  const clock = new FakeClock()
  const engine = await startTestEngine(t, { clock, tls: certificate })
  const accepted = nextAccepted()
  const socket = await open(t, { port: engine.ports.rtmps!, host: '127.0.0.1' })
  socket.write(Uint8Array.of(0x16, 3, 1, 2, 0, 1))
  await accepted
  clock.advance(12_000)
  await until(() => socket.closed)
})

test('what is no TLS at all is closed at once', async (t) => {
  const engine = await startTestEngine(t, { tls: certificate })
  const socket = await open(t, { port: engine.ports.rtmps!, host: '127.0.0.1' })
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await until(() => socket.closed)
})

test('publishers, players and viewers have their seats for as long as they stay', async (t) => {
  const clock = new FakeClock()
  const engine = await startTestEngine(t, { clock, tls: certificate })
  const control = await controlOf(t, engine)
  control.carry(makeChannelSpec({ channelId: 'show', key: 'k1' }))
  clock.advance(300)
  await until(() => engine.engine.channel('show') !== undefined)
  const channel = engine.engine.channel('show')!
  const { send } = await publishTo(t, engine.ports.rtmp, 'k1')
  const player = playFrom(t, engine.ports.rtmp, 'k1')
  send(1000)
  const isSeen = (pictures: number): boolean => pictures > 0
  await eventually(
    () => player.counts.video,
    isSeen,
    'the first pictures',
    () => clock.advance(10),
  )
  for (let second = 1; second < 25; second++) {
    send(1000)
    clock.advance(1000)
    // The engine's seconds must not run ahead of what is on its way to it.
    await until(() => (channel.stats(clock.nowMs()).inputs[0]?.framesTotal ?? 0) > second * 30)
  }
  clock.advance(100)
  await until(() => player.counts.video > 700)
  assert.notEqual(channel.programme.source, 'none')
})

test('RTMPS publishes through the guarded listener', async (t) => {
  const engine = await startTestEngine(t, { tls: certificate })
  const socket = connectTls({ port: engine.ports.rtmps!, host: '127.0.0.1', rejectUnauthorized: false })
  t.after(() => socket.destroy())
  await once(socket, 'secureConnect')
  const c0c1 = new Uint8Array(1 + 1536)
  c0c1[0] = 3
  socket.write(c0c1)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  assert.equal(answer[0], 3)
})

for (const [listener, place] of Object.entries(listeners)) {
  test(`400 idle connections to the ${listener} listener take a few seats of 256 descriptors, and a publisher still gets in`, async (t) => {
    const engine = await startTestEngine(t, { tls: certificate, descriptors: 256 })
    const control = await controlOf(t, engine)
    control.carry(makeChannelSpec({ channelId: 'show', key: 'k1' }))
    await until(() => control.actual('show') !== undefined)
    const { send } = await publishTo(t, engine.ports.rtmp, 'k1')
    send(2000)
    const sockets = Array.from({ length: 400 }, () =>
      connect(place(engine))
        .on('error', () => {})
        .resume(),
    )
    t.after(() => {
      for (const socket of sockets) socket.destroy()
    })
    await until(() => sockets.filter((socket) => socket.closed).length >= 300)
    const player = playFrom(t, engine.ports.rtmp, 'k1') // refused, where strangers fill the very listener
    send(2000)
    for (const socket of sockets) socket.destroy()
    player.close()
    await until(() => sockets.every((socket) => socket.closed))
    // Whoever is told that the key is in use has had a seat. The engine may hear of the last strangers' ends a moment after us.
    let answer = ''
    while (!/duplicate-publisher|in use/.test(answer)) {
      answer = await publishTo(t, engine.ports.rtmp, 'k1').then(
        () => assert.fail('the key is in use'),
        (error: Error) => error.message,
      )
    }
    await until(() => control.actual('show')?.state === 'live')
  })
}

test('refused publishers of one address are turned away before they are asked, and their text is cut', async (t) => {
  const lines: { fields: Record<string, unknown>; message: string }[] = []
  const log: Logger = { ...silentLogger, warn: (fields, message) => lines.push({ fields, message }), child: () => log }
  const engine = await startTestEngine(t, { log, clock: systemClock })
  let refused = 0
  for (let i = 0; i < 400; i++) {
    await publishTo(t, engine.ports.rtmp, 'no such key').catch(() => refused++)
  }
  assert.equal(refused, 400)
  const asked = lines.filter(({ message }) => message.includes('unknown stream key')).length
  assert.ok(asked < 400, `${asked} were asked for their key`)
})

test('on :: publishers come by IPv4 and by IPv6, and IPv4 is shown as IPv4', async (t) => {
  const engine = await startTestEngine(t, { host: '::' })
  const control = await controlOf(t, engine)
  control.carry(makeChannelSpec({ channelId: 'show', key: 'k1' }))
  await until(() => control.actual('show') !== undefined)
  const four = await publishTo(t, engine.ports.rtmp, 'k1')
  await until(() => control.actual('show')?.inputs[0]?.remoteAddress === '127.0.0.1')
  four.publisher.close()
  await open(t, { port: engine.ports.rtmp, host: '::1' }).catch(() => t.diagnostic('this machine has no IPv6'))
})

test('one address that begins TLS again and again is throttled, and nobody else is', async (t) => {
  const engine = await startTestEngine(t, { tls: certificate, clock: new FakeClock() })
  const counts = { secure: 0, closed: 0 }
  for (let round = 0; round < 7; round++) {
    const sockets = Array.from({ length: 50 }, () => {
      const socket = connectTls({ port: engine.ports.rtmps!, host: '127.0.0.1', rejectUnauthorized: false })
      socket.on('error', () => {})
      return socket
    })
    await Promise.all(
      sockets.map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.once('secureConnect', () => {
              counts.secure++
              socket.destroy()
            })
            socket.once('close', () => {
              counts.closed++
              resolve()
            })
          }),
      ),
    )
  }
  assert.equal(counts.closed, 350)
  assert.equal(counts.secure, 300, 'the burst of one address')
  const socket = connect({ port: engine.ports.rtmps!, host: '127.0.0.1', localAddress: '127.0.0.2' })
  const other = connectTls({ socket, rejectUnauthorized: false })
  t.after(() => other.destroy())
  await once(other, 'secureConnect')
})
