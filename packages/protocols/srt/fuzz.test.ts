import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromHex, writeU32 } from '@sluice/base/bytes'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { ExtensionType, HandshakeType } from './constants.ts'
import { readAck } from './packet/ack.ts'
import { readDropRequest } from './packet/drop-request.ts'
import { findExtension, readHandshake } from './packet/handshake.ts'
import { readKeyMaterial } from './packet/key-material.ts'
import { readNak } from './packet/nak.ts'
import { readTextExtension } from './packet/text-extension.ts'
import { defaultKeyRefresh, openKeyExchange } from './session/key-exchange.ts'
import { SrtSession } from './session/session.ts'
import { parseStreamId } from './stream-id.ts'
import { listenerAddress, MadeLink, makePayload } from './testing/made-link.ts'
import { makeSettings } from './testing/made-settings.ts'

const COUNT = Number(process.env['SLUICE_FUZZ'] ?? 20_000)
const captured = JSON.parse(readFileSync(new URL('./fixtures/libsrt-1.5.1-aes128.json', import.meta.url), 'utf8')) as Record<string, string>
const seeds = ['induction', 'conclusion', 'conclusionReply', 'dataPacketStart', 'nak'].map((name) => fromHex(captured[name]!))

/** A real packet with some bytes changed and its end cut or lengthened, or any bytes at all, with any control type. */
function makeBad(random: SeededRandom): Uint8Array {
  if (random.int(0, 9) === 0) return random.bytes(random.int(0, 200))
  const seed = seeds[random.int(0, seeds.length - 1)]!
  const packet = new Uint8Array(Math.max(0, random.int(0, 3) === 0 ? seed.length + random.int(-60, 60) : seed.length))
  packet.set(seed.subarray(0, packet.length))
  for (let i = random.int(0, 6); i > 0 && packet.length > 0; i--) packet[random.int(0, packet.length - 1)] = random.int(0, 255)
  if (packet.length > 3 && random.int(0, 2) === 0)
    packet.set([0x80 | (random.int(0, 20) === 0 ? 0x7f : 0), random.int(0, 9), 0, random.int(0, 9)])
  return packet
}

test(`readers take any bytes without a throw (${COUNT} packets, seed 11)`, () => {
  const random = randomFrom(11)
  const ack = { nextSequence: 0, rttUs: 0, rttVarUs: 0, freePackets: 0, receivedPacketsPerS: 0, linkPacketsPerS: 0, receivedBytesPerS: 0 }
  for (let i = 0; i < COUNT; i++) {
    const b = makeBad(random)
    readAck(b, ack)
    readNak(b)
    readDropRequest(b)
    readKeyMaterial(b)
    parseStreamId(readTextExtension(b) ?? '')
    for (const extension of readHandshake(b)?.extensions ?? []) readTextExtension(extension.body)
  }
})

for (const passphrase of [undefined, 'secretsecret']) {
  test(`a listener and its streams stand ${COUNT} malformed packets, half with a good cookie (${passphrase === undefined ? 'clear' : 'AES'})`, () => {
    const link = new MadeLink({ seed: 1, delayMs: 1 }, {}, passphrase === undefined ? {} : { accept: true, passphrase })
    let socketId = 0
    link.network.watch = (packet, from) => {
      const h = from.port === 8890 ? readHandshake(packet) : null
      if (h?.type === HandshakeType.conclusion) socketId = h.socketId
      return true
    }
    const { caller, listener } = link.connect({ passphrase })
    const random = randomFrom(13)
    let received = 0
    listener.onPayload = () => received++
    let cookie = 0
    const attacker = link.network.open('192.0.2.66', 6_000)
    attacker.onPacket = (packet) => {
      cookie = readHandshake(packet)?.cookie ?? cookie
    }
    attacker.send(fromHex(captured['induction']!), 8890, listenerAddress)
    link.clock.advance(5)
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < COUNT; i++) {
      const packet = makeBad(random)
      if (packet.length >= 48 && i % 2 === 0) writeU32(packet, 44, cookie)
      // To nobody, and to the id of a connection that is another's.
      if (packet.length >= 16) writeU32(packet, 12, i % 3 === 0 ? socketId : 0)
      attacker.send(packet, 8890, listenerAddress)
      if (i % 20 === 0) {
        caller.send(makePayload(i))
        link.clock.advance(5)
      }
    }
    link.clock.advance(1_000)
    assert.equal(received, Math.ceil(COUNT / 20), 'the stream in the midst of it lost nothing')
    link.clock.advance(10_000)
    assert.equal(link.server.stats.connections, 1, 'what the attacker opened has idled out')
    assert.ok(process.memoryUsage().heapUsed - before < 64e6, 'memory is flat')
  })
}

test(`a session stands ${COUNT} malformed packets from its own peer, and holds no more than its bounds`, () => {
  const random = randomFrom(17)
  const km = findExtension(readHandshake(seeds[1]!)!, ExtensionType.kmReq)!
  for (const isEncrypted of [false, true]) {
    let session: SrtSession | null = null
    let sessions = 0
    for (let nowMs = 0; nowMs < COUNT / 2; nowMs++) {
      if (session === null || session.state === 'closed') {
        const keys = isEncrypted ? openKeyExchange('secretsecret', km, readKeyMaterial(km)!, defaultKeyRefresh) : null
        const ports = { send() {}, deliver() {}, readEnd() {}, ended() {}, closed() {} }
        session = new SrtSession(makeSettings({ startMs: nowMs, peerArrivedAtMs: nowMs }), keys, ports)
        sessions++
      }
      const packet = makeBad(random)
      // Near the sequence and the clock of the session, so that it gets past the first checks.
      if (packet.length >= 20 && nowMs % 2 === 0) {
        writeU32(packet, (packet[0]! & 0x80) === 0 ? 0 : 16, random.int(0, 2_000))
        writeU32(packet, 8, nowMs * 1000)
      }
      session.push(packet, nowMs)
      session.offer(makePayload(nowMs), nowMs)
      session.tick(nowMs)
      const { pktRcvBuf, pktSndBuf } = session.stats(nowMs)
      assert.ok(pktRcvBuf <= 1024 && pktSndBuf <= 1024)
    }
    assert.ok(sessions > 1, 'some of them were shutdowns')
  }
})
