import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Duplex, duplexPair } from 'node:stream'
import { describe, test } from 'node:test'
import { concatBytes, fromHex } from '@sluice/base/bytes'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import { MessageType } from './constants.ts'
import { serveRtmp } from './server.ts'
import { commandWire, connectWire, messageWire, playWire, publishWire, simpleHandshake } from './testing/core-server.ts'
import type { PublishVerdict, RtmpCloseReason, RtmpPlayer, RtmpServerHandler, RtmpServerSession } from './types.ts'
import { writeMediaMessage } from './wire.ts'

type Harness = {
  peer: Duplex
  session: RtmpServerSession
  clock: FakeClock
  heard(): Buffer
  messages: number[]
  reasons: RtmpCloseReason[]
  ended: Promise<void>
}

const yes = (h: Pick<Harness, 'messages' | 'reasons'>): PublishVerdict => ({
  accept: true,
  sink: { onMessage: (_kind, timestampMs) => h.messages.push(timestampMs), onClose: (reason) => h.reasons.push(reason) },
})

/** A session on an in-memory pair; `peer` is the client's end. */
function serve(handler: Partial<RtmpServerHandler> = {}, clock = new FakeClock()): Harness {
  const [ours, peer] = duplexPair()
  const messages: number[] = []
  const reasons: RtmpCloseReason[] = []
  const heard: Buffer[] = []
  const ended = Promise.withResolvers<void>()
  peer.on('data', (bytes: Buffer) => heard.push(bytes))
  const session = serveRtmp(ours, {
    clock,
    log: silentLogger,
    remoteAddress: '192.0.2.1',
    remotePort: 5,
    handler: {
      onPublish: () => yes({ messages, reasons }),
      onPlay: () => ({ accept: false, code: 'not-found', description: 'Nothing here.' }),
      onSessionEnd: () => ended.resolve(),
      ...handler,
    },
  })
  return { peer, session, clock, messages, reasons, heard: () => Buffer.concat(heard), ended: ended.promise }
}

/** Lets streams hand on what was written: they do so in ticks, without timers. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

const audio = (timestampMs: number): Uint8Array => messageWire(MessageType.audio, fromHex('af01aabb'), 1, timestampMs)

describe('a served connection', () => {
  test('gives a publisher to its handler with address and encoder, and its media to the sink', async () => {
    const asked: string[] = []
    const h: Harness = serve({
      onPublish(request, session) {
        asked.push(request.name, request.remoteAddress, String(request.remotePort), request.encoder, session.remoteAddress)
        return yes(h)
      },
    })
    h.peer.write(concatBytes([publishWire(), audio(7)]))
    await settle()
    assert.deepEqual(asked, ['key', '192.0.2.1', '5', 'test', '192.0.2.1'])
    assert.deepEqual(h.messages, [7])
    assert.equal(h.session.stats.state, 'publishing')
    assert.ok(h.session.stats.bytesReceived > 3000 && h.session.stats.bytesSent > 3000)
  })

  test('waits for a promised verdict without reading on', async () => {
    const verdict = Promise.withResolvers<PublishVerdict>()
    const h = serve({ onPublish: () => verdict.promise })
    h.peer.write(concatBytes([publishWire(), audio(1)]))
    h.peer.write(audio(2))
    await settle()
    assert.deepEqual(h.messages, [])
    verdict.resolve(yes(h))
    await settle()
    assert.deepEqual(h.messages, [1, 2])
  })

  test('refuses when the handler throws or its promise fails, and says nothing of why', async () => {
    const broken = [() => Promise.reject(new Error('inner secret')), () => assert.fail('inner secret')]
    for (const onPublish of broken) {
      const h = serve({ onPublish })
      h.peer.write(publishWire())
      await settle()
      assert.ok(h.heard().includes('NetStream.Publish.Denied'))
      assert.ok(!h.heard().includes('inner secret'))
    }
  })

  test('tells a refused publisher why before it closes', async () => {
    const h = serve({ onPublish: () => ({ accept: false, code: 'bad-key', description: 'Unknown key.' }) })
    h.peer.write(publishWire())
    await once(h.peer, 'end')
    assert.ok(h.heard().includes('Unknown key.'))
    h.peer.end()
    await h.ended
    assert.equal(h.clock.pendingTimers, 0)
  })

  test('is cut when the peer does not close after our last words', async () => {
    const h = serve({ onPublish: () => ({ accept: false, code: 'bad-key', description: 'Unknown key.' }) })
    h.peer.on('error', () => {})
    h.peer.write(publishWire())
    await settle()
    h.clock.advance(2000)
    await h.ended
  })

  test('ends its sink by fin when the peer closes, by local when we do', async () => {
    const gone = serve()
    gone.peer.write(publishWire())
    await settle()
    gone.peer.end()
    await settle()
    assert.deepEqual(
      gone.reasons.map(({ kind }) => kind),
      ['fin'],
    )
    const ours = serve()
    ours.peer.write(publishWire())
    await settle()
    ours.session.close('the channel is stopped')
    await settle()
    assert.deepEqual(ours.reasons, [{ kind: 'local', message: 'the channel is stopped' }])
    assert.ok(ours.heard().includes('the channel is stopped'))
  })

  test('feeds a player with shared bytes and tells it of the end', async () => {
    const ready = Promise.withResolvers<RtmpPlayer>()
    const h = serve({ onPlay: () => ({ accept: true, onReady: ready.resolve }) })
    h.peer.write(playWire())
    const player = await ready.promise
    const closed: RtmpCloseReason[] = []
    player.onClose = (reason) => closed.push(reason)
    player.write(writeMediaMessage('audio', 0, player.messageStreamId, [fromHex('af0112345678')]))
    await settle()
    assert.ok(h.heard().includes(Buffer.from('af0112345678', 'hex')))
    assert.equal(player.queuedBytes, 0)
    h.peer.destroy()
    await settle()
    assert.equal(closed.length, 1)
    player.write(new Uint8Array(10))
    player.close('twice')
    assert.equal(closed.length, 1)
  })
})

describe('a hostile connection', () => {
  const wireFaults = [
    { name: 'garbage instead of a handshake', bytes: new Uint8Array(4000).fill(0x55), says: 'HTTP' },
    { name: 'garbage after the handshake', bytes: concatBytes([simpleHandshake(), new Uint8Array(4000).fill(0xd7)]) },
    {
      name: 'a 16 MB message of a type that is none',
      bytes: concatBytes([publishWire(), fromHex('06 000000 ffffff 99 01000000 17')]),
      reason: 'RTMP_MESSAGE_TOO_LARGE',
    },
  ]
  for (const { name, bytes, reason } of wireFaults) {
    test(`with ${name} is closed, its sink told what was wrong`, async () => {
      const h = serve()
      h.peer.on('error', () => {})
      h.peer.write(bytes)
      await settle()
      assert.equal(h.session.stats.state, 'closed')
      if (reason !== undefined) assert.deepEqual([h.reasons[0]?.kind, h.reasons[0]?.code], ['wire-error', reason])
      h.clock.advance(2000)
      await h.ended
    })
  }

  test('that asks and never reads the answers is cut', async () => {
    const [ours, peer] = duplexPair()
    const session = serveRtmp(ours, {
      clock: new FakeClock(),
      log: silentLogger,
      limits: { maxUnreadBytes: 4096 },
      handler: { onPublish: () => assert.fail(), onPlay: () => assert.fail() },
    })
    peer.on('error', () => {})
    peer.write(concatBytes([simpleHandshake(), connectWire()]))
    for (let i = 0; i < 3000 && session.stats.state !== 'closed'; i++) {
      peer.write(commandWire('createStream', i + 2, [null]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(session.stats.state, 'closed')
  })

  test('does not stay: 100 idle ones are gone after 10 s, with their timers', async () => {
    const clock = new FakeClock()
    const idle = Array.from({ length: 100 }, () => serve({}, clock))
    for (const { peer } of idle) peer.on('error', () => {})
    for (const { peer } of idle.slice(50)) peer.write(simpleHandshake())
    await settle()
    clock.advance(9999)
    assert.ok(idle.every(({ session }) => session.stats.state !== 'closed'))
    clock.advance(1)
    assert.ok(idle.every(({ session }) => session.stats.state === 'closed'))
    clock.advance(2000)
    await Promise.all(idle.map(({ ended }) => ended))
    assert.equal(clock.pendingTimers, 0)
  })
})
