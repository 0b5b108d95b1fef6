import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import { openSrtCallerOn, type SrtCallerOptions } from './client.ts'
import type { SrtConnection } from './connection.ts'
import { ControlType, ExtensionType, HandshakeType, srtMagic } from './constants.ts'
import type { SrtVerdict } from './handshake/listener.ts'
import { type Extension, type Handshake, readHandshake, writeHandshake } from './packet/handshake.ts'
import { makeControlPacket } from './packet/header.ts'
import { writeHsExtension } from './packet/hs-extension.ts'
import { writeTextExtension } from './packet/text-extension.ts'
import { defaultKeyRefresh, makeKeyExchange } from './session/key-exchange.ts'
import { callerAddress, listenerAddress, MadeLink, makePayload } from './testing/made-link.ts'
import type { MadeSocket } from './testing/made-network.ts'

const CLEAN = { seed: 1, delayMs: 10 }
const PORT = 8890
const PASSPHRASE = 'a passphrase'

const refusals: {
  name: string
  verdict: SrtVerdict | Partial<SrtVerdict>
  call: Partial<SrtCallerOptions>
  peerCode: string
  kind: string
}[] = [
  {
    name: 'a wrong passphrase',
    verdict: { accept: true, passphrase: PASSPHRASE },
    call: { passphrase: 'another phrase' },
    peerCode: '10',
    kind: 'auth',
  },
  { name: 'a missing passphrase', verdict: { accept: true, passphrase: PASSPHRASE }, call: {}, peerCode: '11', kind: 'auth' },
  { name: 'an unexpected passphrase', verdict: { accept: true }, call: { passphrase: PASSPHRASE }, peerCode: '11', kind: 'auth' },
  {
    name: 'an unknown stream id',
    verdict: { accept: false, code: 1404 },
    call: { streamId: 'nobody' },
    peerCode: '1404',
    kind: 'publish-rejected',
  },
  { name: 'an unauthorised stream id', verdict: { accept: false, code: 1401 }, call: { streamId: 'x' }, peerCode: '1401', kind: 'auth' },
  {
    name: 'a second publisher',
    verdict: { accept: false, code: 1409 },
    call: { streamId: 'x' },
    peerCode: '1409',
    kind: 'duplicate-publisher',
  },
  { name: 'a code of its own', verdict: { accept: false, code: 2005 }, call: {}, peerCode: '2005', kind: 'publish-rejected' },
]
for (const { name, verdict, call, peerCode, kind } of refusals) {
  test(`${name} is refused with a code that the caller shows, and nothing is kept`, () => {
    const link = new MadeLink(CLEAN, {}, verdict)
    link.call(call)
    link.runUntil(() => link.callerFailure !== undefined, 1_000)
    assert.deepEqual([link.callerFailure?.peerCode, link.callerFailure?.kind], [peerCode, kind])
    assert.deepEqual([link.server.stats.connections, link.accepted], [0, null])
    link.clock.advance(10_000)
    assert.equal(link.clock.pendingTimers, 0)
  })
}

test('the request shows the stream id taken apart, and who asks', () => {
  const link = new MadeLink(CLEAN)
  link.connect({ streamId: '#!::r=live/abc,m=publish,u=anna,x_y=1' })
  const { keys, mode, resource, userName, remoteAddress, remotePort, peerVersion, isEncrypted } = link.requests[0]!
  assert.deepEqual({ ...keys }, { r: 'live/abc', m: 'publish', u: 'anna', x_y: '1' })
  assert.deepEqual([mode, resource, userName, peerVersion, isEncrypted], ['publish', 'live/abc', 'anna', '1.5.4', false])
  assert.deepEqual([remoteAddress, remotePort], [callerAddress, 5_000])
})

for (const streamId of ['', 'live/abc', 'x'.repeat(512), 'Straße ☂ 漢字']) {
  test(`a stream id of ${new TextEncoder().encode(streamId).length} bytes arrives as it was sent`, () => {
    const link = new MadeLink(CLEAN)
    assert.equal(link.connect({ streamId }).listener.streamId, streamId)
  })
}

test('the handshake survives loss, and its repetitions make one connection', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const link = new MadeLink({ seed, delayMs: 40, lossRatio: 0.4, duplicateRatio: 0.2 })
    link.call({ connectTimeoutMs: 30_000 })
    link.runUntil(() => link.called !== null, 30_000)
    assert.equal(link.server.stats.accepted, 1)
  }
})

test('a verdict may take its time, and is dropped when the caller has given up', async () => {
  const release: (() => void)[] = []
  let opened = 0
  const link = new MadeLink(CLEAN, {
    handler: {
      onRequest: () =>
        new Promise<SrtVerdict>((resolve) => {
          release.push(() => resolve({ accept: true, onConnection: () => opened++ }))
        }),
    },
  })
  link.call()
  link.clock.advance(1_000)
  assert.equal(release.length, 1, 'repeated conclusions ask once')
  release[0]!()
  await Promise.resolve()
  await Promise.resolve()
  link.clock.advance(100)
  assert.ok(link.called !== null && opened === 1)
  link.call()
  link.clock.advance(10_000) // its 3 s are over
  assert.equal(link.callerFailure?.code, 'SRT_HANDSHAKE_TIMEOUT')
  release[1]!()
  await Promise.resolve()
  await Promise.resolve()
  assert.equal(opened, 1)
})

test('a handler that throws refuses with 1500', () => {
  const link = new MadeLink(CLEAN, {
    handler: {
      onRequest: () => {
        throw new Error('database is gone')
      },
    },
  })
  link.call()
  link.runUntil(() => link.callerFailure !== undefined, 1_000)
  assert.equal(link.callerFailure?.peerCode, '1500')
})

test('a hundred callers share the port, each with its own stream', () => {
  const connections = new Map<string, SrtConnection>()
  const counts = new Map<string, number>()
  const link = new MadeLink(CLEAN, {
    handler: {
      onRequest: () => ({
        accept: true,
        onConnection: (c) => {
          connections.set(c.streamId, c)
          c.onPayload = (payload) => {
            assert.equal(new DataView(payload.buffer, payload.byteOffset).getUint32(0), Number(c.streamId))
            counts.set(c.streamId, (counts.get(c.streamId) ?? 0) + 1)
          }
        },
      }),
    },
  })
  const callers: SrtConnection[] = []
  for (let i = 0; i < 100; i++) {
    const handler = { onReady: (c: SrtConnection) => callers.push(c), onClose() {} }
    link.call({ streamId: String(i), handler })
  }
  link.runUntil(() => callers.length === 100, 2_000)
  for (let n = 0; n < 20; n++) {
    for (const c of callers) c.send(makePayload(Number(c.streamId)))
    link.clock.advance(10)
  }
  link.clock.advance(500)
  assert.equal(connections.size, 100)
  assert.ok([...counts.values()].every((n) => n === 20) && counts.size === 100)
})

test('callers of one address beyond its limit are refused with 1402', () => {
  const link = new MadeLink(CLEAN, { limits: { connectionsPerAddress: 3 } })
  const codes: (string | undefined)[] = []
  for (let i = 0; i < 5; i++) {
    link.call({ handler: { onReady() {}, onClose: (failure) => codes.push(failure?.peerCode) } })
    link.clock.advance(100)
  }
  assert.deepEqual([link.server.stats.connections, codes], [3, ['1402', '1402']])
})

test('close refuses new callers, ends the connections and leaves no timer', async () => {
  const link = new MadeLink(CLEAN)
  const { caller } = link.connect()
  const closing = link.server.close()
  link.clock.advance(5_000)
  await closing
  assert.equal(caller.state, 'closed')
  assert.equal(link.callerFailure?.code, 'SRT_PEER_SHUTDOWN')
  link.clock.advance(1_000)
  assert.equal(link.clock.pendingTimers, 0)
})

test('nobody there, a listener that stops answering: the caller says which', () => {
  const link = new MadeLink(CLEAN)
  link.network.watch = () => false
  link.call()
  link.runUntil(() => link.callerFailure !== undefined, 4_000)
  assert.deepEqual([link.callerFailure?.kind, link.callerFailure?.code], ['tcp', 'SRT_CONNECT_TIMEOUT'])
})

/** A caller written by hand, for what no proper one does. */
class RawCaller {
  readonly link: MadeLink
  readonly socket: MadeSocket
  readonly replies: Handshake[] = []
  cookie = 0

  constructor(link: MadeLink, address = '192.0.2.66', port = 6_000) {
    this.link = link
    this.socket = link.network.open(address, port)
    this.socket.onPacket = (packet) => {
      const h = readHandshake(packet)
      if (h !== null) this.replies.push(h)
    }
  }

  send(h: Partial<Handshake>): void {
    this.socket.send(writeHandshake({ timestampUs: 0, destinationId: 0 }, { ...PLAIN, cookie: this.cookie, ...h }), PORT, listenerAddress)
    this.link.clock.advance(50)
  }

  induct(): void {
    this.send({ version: 4, extensionField: 2, type: HandshakeType.induction, extensions: [] })
    this.cookie = this.replies[0]!.cookie
  }

  /** The rejection code of the answer to `h`, or null when none came. */
  codeFor(h: Partial<Handshake>): number | null {
    const before = this.replies.length
    this.send(h)
    const reply = this.replies[before]
    return reply === undefined ? null : reply.type - HandshakeType.rejectBase
  }
}

const hsReq = (version: number, flags: number): Extension => ({
  type: ExtensionType.hsReq,
  body: writeHsExtension({ version, flags, receiveLatencyMs: 120, sendLatencyMs: 120 }),
})
const GOOD = hsReq(0x010501, 0x3f)
const PLAIN: Handshake = {
  version: 5,
  keyLengthField: 0,
  extensionField: 1,
  initialSequence: 1,
  mssBytes: 1500,
  flowWindowPackets: 8192,
  type: HandshakeType.conclusion,
  socketId: 77,
  cookie: 0,
  peerAddress: new Uint8Array(16),
  extensions: [GOOD],
}

test('the induction is answered with magic and cookie, and leaves no state', () => {
  const link = new MadeLink(CLEAN)
  const raw = new RawCaller(link)
  raw.induct()
  assert.deepEqual([raw.replies[0]!.version, raw.replies[0]!.extensionField, raw.replies[0]!.cookie !== 0], [5, srtMagic, true])
  for (let i = 0; i < 1_000; i++) raw.send({ version: 4, type: HandshakeType.induction, extensions: [], socketId: i + 1 })
  assert.deepEqual([link.server.stats.inductions, link.server.stats.connections, link.clock.pendingTimers], [1_001, 0, 0])
})

const wrong: { name: string; h: Partial<Handshake>; code: number | null }[] = [
  { name: 'handshake version 4', h: { version: 4, extensions: [] }, code: 8 },
  { name: 'a version before 1.3.0', h: { extensions: [hsReq(0x010204, 0x3f)] }, code: 8 },
  { name: 'no HSREQ', h: { extensions: [] }, code: 4 },
  { name: 'HSREQ twice', h: { extensions: [GOOD, GOOD] }, code: 4 },
  { name: 'an HSREQ that is cut short', h: { extensions: [{ type: 1, body: new Uint8Array(8) }] }, code: 4 },
  { name: 'file mode', h: { extensions: [hsReq(0x010501, 0x7f)] }, code: 12 },
  { name: 'file congestion control', h: { extensions: [GOOD, { type: 6, body: writeTextExtension('file') }] }, code: 13 },
  { name: 'a packet filter', h: { extensions: [GOOD, { type: 7, body: writeTextExtension('fec,cols:10,rows:5') }] }, code: 14 },
  { name: 'a bonding group', h: { extensions: [GOOD, { type: 8, body: new Uint8Array(8) }] }, code: 15 },
  { name: 'a stream id over 512 bytes', h: { extensions: [GOOD, { type: 5, body: new Uint8Array(516).fill(65) }] }, code: 1400 },
  { name: 'a stream id that is no UTF-8', h: { extensions: [GOOD, { type: 5, body: new Uint8Array(4).fill(0xff) }] }, code: 1400 },
  { name: 'key material that is none', h: { extensions: [GOOD, { type: 3, body: new Uint8Array(56) }] }, code: 4 },
  { name: 'a sequence number of 32 bits', h: { initialSequence: 0x8000_0000 }, code: 4 },
  { name: 'a segment too small for anything', h: { mssBytes: 100 }, code: 4 },
  { name: 'a cookie that is made up', h: { cookie: 12_345 }, code: null },
  { name: 'a conclusion over 1500 bytes', h: { extensions: [GOOD, { type: 99, body: new Uint8Array(1_600) }] }, code: null },
]
for (const { name, h, code } of wrong) {
  test(`${name} is ${code === null ? 'not answered' : `refused with ${code}`}`, () => {
    const link = new MadeLink(CLEAN)
    const raw = new RawCaller(link)
    raw.induct()
    assert.equal(raw.codeFor(h), code)
    assert.equal(link.server.stats.connections, 0)
  })
}

test('AES-GCM of a version that repeats initialisation values is refused with 17', () => {
  const link = new MadeLink(CLEAN, {}, { accept: true, passphrase: PASSPHRASE })
  const raw = new RawCaller(link)
  raw.induct()
  const { message } = makeKeyExchange(PASSPHRASE, 16, 'gcm', defaultKeyRefresh)
  assert.equal(raw.codeFor({ extensions: [hsReq(0x010503, 0x3f), { type: ExtensionType.kmReq, body: message }] }), 17)
})

test('a cookie is worth nothing from another address or port, nor after two minutes', () => {
  const link = new MadeLink(CLEAN)
  const raw = new RawCaller(link)
  raw.induct()
  const thief = new RawCaller(link, '192.0.2.67')
  thief.cookie = raw.cookie
  assert.equal(thief.codeFor({}), null)
  const neighbour = new RawCaller(link, '192.0.2.66', 6_001)
  neighbour.cookie = raw.cookie
  assert.equal(neighbour.codeFor({}), null)
  link.clock.advance(121_000)
  assert.equal(raw.codeFor({}), null)
  assert.deepEqual([link.server.stats.badCookies, link.server.stats.connections, link.requests.length], [3, 0, 0])
})

test('packets for a connection from another address are counted and change nothing', () => {
  const link = new MadeLink(CLEAN)
  let socketId = 0
  link.network.watch = (packet, from) => {
    const h = from.port === PORT ? readHandshake(packet) : null
    if (h?.type === HandshakeType.conclusion) socketId = h.socketId
    return true
  }
  const { listener } = link.connect()
  const spoofer = link.network.open('192.0.2.99', 5_000)
  spoofer.send(makeControlPacket(ControlType.shutdown, { timestampUs: 0, destinationId: socketId }, 4), PORT, listenerAddress)
  link.clock.advance(100)
  assert.deepEqual([listener.state, link.server.stats.spoofedPackets], ['open', 1])
})

test('a flood of conclusions from one address is cut off, and another caller still gets in', () => {
  const link = new MadeLink(CLEAN, { limits: { handshakesPerSecond: 10, handshakeBurst: 20 } }, { accept: false, code: 1401 })
  const raw = new RawCaller(link)
  raw.induct()
  for (let i = 0; i < 500; i++) {
    const packet = writeHandshake({ timestampUs: 0, destinationId: 0 }, { ...PLAIN, cookie: raw.cookie, socketId: 1_000 + i })
    raw.socket.send(packet, PORT, listenerAddress)
  }
  link.clock.advance(100)
  assert.ok(link.requests.length <= 21, `${link.requests.length} requests were asked`)
  assert.equal(link.server.stats.throttled, 500 - link.requests.length)
  link.call()
  link.runUntil(() => link.callerFailure !== undefined, 1_000)
  assert.equal(link.callerFailure?.peerCode, '1401')
})

for (const passphrase of [undefined, PASSPHRASE]) {
  test(`two callers meet in a rendezvous, through loss (${passphrase === undefined ? 'clear' : 'AES'})`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const link = new MadeLink({ seed, delayMs: 30, lossRatio: 0.2 })
      const got: SrtConnection[] = []
      const failures: unknown[] = []
      const meet = (address: string, other: string): void => {
        const socket = link.network.open(address, 9_000)
        const handler = { onReady: (c: SrtConnection) => got.push(c), onClose: (failure: unknown) => failures.push(failure) }
        const options = { host: other, port: 9_000, mode: 'send' as const, clock: link.clock, log: silentLogger, handler, passphrase }
        openSrtCallerOn(socket, { ...options, connectTimeoutMs: 20_000, latencyMs: 1_500 }, 'rendezvous')
      }
      meet('198.51.100.1', '198.51.100.2')
      link.clock.advance(seed * 17)
      meet('198.51.100.2', '198.51.100.1')
      link.runUntil(() => got.length === 2, 20_000)
      let [there, back] = [0, 0]
      got[0]!.onPayload = () => there++
      got[1]!.onPayload = () => back++
      for (let i = 0; i < 50; i++) {
        got[0]!.send(makePayload(i))
        got[1]!.send(makePayload(i))
        link.clock.advance(5)
      }
      link.runUntil(() => there === 50 && back === 50, 5_000)
      assert.deepEqual([there, back], [50, 50], `seed ${seed}`)
      assert.deepEqual(failures, [])
    }
  })
}

test('a rendezvous with another passphrase fails on both sides with 10', () => {
  const link = new MadeLink(CLEAN)
  const codes: (string | undefined)[] = []
  for (const [address, other, passphrase] of [
    ['198.51.100.1', '198.51.100.2', 'one passphrase'],
    ['198.51.100.2', '198.51.100.1', 'two passphrases'],
  ] as const) {
    const handler = { onReady() {}, onClose: (failure: { peerCode?: string } | null) => codes.push(failure?.peerCode) }
    const options = { host: other, port: 9_000, mode: 'send' as const, clock: link.clock, log: silentLogger, handler, passphrase }
    openSrtCallerOn(link.network.open(address, 9_000), options, 'rendezvous')
  }
  link.runUntil(() => codes.length === 2, 4_000)
  assert.deepEqual(codes, ['10', '10'])
})
