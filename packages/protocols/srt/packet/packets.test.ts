import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { ControlType, ExtensionType, HandshakeType } from '../constants.ts'
import { deriveWrappingKey, unwrapKeys, wrapKeys } from '../crypto.ts'
import { PayloadKeys } from '../session/payload-keys.ts'
import { type Ack, readAck, writeAck, writeLightAck } from './ack.ts'
import { isRetransmitted, markRetransmitted, readKeyFlag, readMessageNumber, readSequence, writeDataHeader } from './data-packet.ts'
import { readDropRequest, writeDropRequest } from './drop-request.ts'
import { findExtension, readHandshake, writeHandshake } from './handshake.ts'
import {
  isControlPacket,
  readControlInfo,
  readControlType,
  readDestinationId,
  readTimestampUs,
  writeAckAck,
  writeKeepAlive,
} from './header.ts'
import { formatVersion, readHsExtension } from './hs-extension.ts'
import { readKeyMaterial, writeKeyMaterial } from './key-material.ts'
import { readNak, writeNaks } from './nak.ts'
import { readTextExtension, writeTextExtension } from './text-extension.ts'

const captured = JSON.parse(readFileSync(new URL('../fixtures/libsrt-1.5.1-aes128.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>
const HEADER = { timestampUs: 0x0102_0304, destinationId: 0x0a0b_0c0d }

test('a data header is written and read', () => {
  const b = new Uint8Array(16)
  writeDataHeader(b, 0x78b5_2641, 1, 1, 0x1_0000_0005, 0x0b6c_d33b)
  assert.equal(toHex(b), '78b52641c8000001000000050b6cd33b')
  assert.deepEqual([isControlPacket(b), readSequence(b), readMessageNumber(b), readKeyFlag(b)], [false, 0x78b5_2641, 1, 1])
  assert.deepEqual([readTimestampUs(b), readDestinationId(b), isRetransmitted(b)], [5, 0x0b6c_d33b, false])
  markRetransmitted(b)
  assert.equal(toHex(b.subarray(4, 8)), 'cc000001')
  assert.equal(isRetransmitted(b), true)
})

test('keepalive and ACKACK carry four empty bytes, as libsrt has it', () => {
  assert.equal(toHex(writeKeepAlive(HEADER)), '8001000000000000010203040a0b0c0d00000000')
  const b = writeAckAck({ ...HEADER, info: 9 })
  assert.equal(toHex(b), '8006000000000009010203040a0b0c0d00000000')
  assert.deepEqual([readControlType(b), readControlInfo(b)], [ControlType.ackAck, 9])
})

test('a full and a light ACK are written and read', () => {
  const out: Ack = {
    nextSequence: 0,
    rttUs: 0,
    rttVarUs: 0,
    freePackets: 0,
    receivedPacketsPerS: 0,
    linkPacketsPerS: 0,
    receivedBytesPerS: 0,
  }
  const ack: Ack = {
    nextSequence: 7,
    rttUs: 20_000,
    rttVarUs: 5_000,
    freePackets: 8_000,
    receivedPacketsPerS: 570,
    linkPacketsPerS: 9_000,
    receivedBytesPerS: 750_000,
  }
  const b = writeAck({ ...HEADER, info: 3 }, ack)
  assert.equal(readAck(b, out), 'full')
  assert.deepEqual(out, ack)
  assert.equal(readAck(b.subarray(0, 32), out), 'full', 'libsrt leaves the rates out at first')
  assert.equal(out.receivedPacketsPerS, 0)
  assert.equal(readAck(writeLightAck(HEADER, 8), out), 'light')
  assert.equal(out.nextSequence, 8)
  assert.equal(readAck(b.subarray(0, 18), out), null)
})

const naks = [
  { name: 'one packet', body: '00000005', ranges: [{ first: 5, last: 5 }] },
  { name: 'a range', body: '8000000500000008', ranges: [{ first: 5, last: 8 }] },
  { name: 'a range over the wrap', body: 'fffffffe00000001', ranges: [{ first: 0x7fff_fffe, last: 1 }] },
  {
    name: 'both',
    body: '000000038000000500000008',
    ranges: [
      { first: 3, last: 3 },
      { first: 5, last: 8 },
    ],
  },
]
for (const { name, body, ranges } of naks) {
  test(`a NAK of ${name} is ${body}`, () => {
    const [packet] = writeNaks(HEADER, ranges, 1456)
    assert.equal(toHex(packet!.subarray(16)), body)
    assert.deepEqual(readNak(packet!), ranges)
  })
}

for (const body of ['', '80000005', '8000000800000005', '8000000580000008']) {
  test(`a NAK of "${body}" is none`, () => {
    assert.equal(readNak(fromHex(`80030000000000000000000000000001${body}`)), null)
  })
}

test('many losses take as many NAKs as their size asks for', () => {
  const ranges = Array.from({ length: 1_000 }, (_, i) => ({ first: 10 * i, last: 10 * i + (i % 2) }))
  const packets = writeNaks(HEADER, ranges, 400)
  assert.ok(packets.every((packet) => packet.length <= 416))
  assert.deepEqual(
    packets.flatMap((packet) => readNak(packet)!),
    ranges,
  )
})

test('a drop request is written and read, and refused when it runs backwards', () => {
  const b = writeDropRequest(HEADER, { first: 0x7fff_ffff, last: 2 })
  assert.equal(toHex(b.subarray(16)), '7fffffff00000002')
  assert.deepEqual(readDropRequest(b), { first: 0x7fff_ffff, last: 2 })
  assert.equal(readDropRequest(writeDropRequest(HEADER, { first: 3, last: 2 })), null)
  assert.equal(readDropRequest(b.subarray(0, 20)), null)
})

for (const text of ['a', 'abcd', 'live/abc', 'Straße ☂']) {
  test(`the text block "${text}" comes back as it was`, () => assert.equal(readTextExtension(writeTextExtension(text)), text))
}

test('a text block swaps the bytes of each word', () => {
  assert.equal(toHex(writeTextExtension('live/abc!')), '6576696c6362612f00000021')
  assert.equal(readTextExtension(new Uint8Array(0)), null)
  assert.equal(readTextExtension(new Uint8Array(516)), null)
  assert.equal(readTextExtension(fromHex('ffffffff')), null)
})

for (const name of ['induction', 'inductionReply', 'conclusion', 'conclusionReply']) {
  test(`libsrt's ${name} is read, and written byte for byte`, () => {
    const packet = fromHex(captured[name]!)
    const h = readHandshake(packet)!
    const again = writeHandshake({ timestampUs: readTimestampUs(packet), destinationId: readDestinationId(packet) }, h)
    assert.equal(toHex(again), captured[name])
  })
}

test("libsrt's conclusion says what was asked for, and its key opens its data", () => {
  const h = readHandshake(fromHex(captured['conclusion']!))!
  assert.deepEqual([h.type, h.version, h.keyLengthField, h.extensionField], [HandshakeType.conclusion, 5, 2, 7])
  const hs = readHsExtension(findExtension(h, ExtensionType.hsReq)!)!
  assert.deepEqual([formatVersion(hs.version), hs.receiveLatencyMs, hs.sendLatencyMs], ['1.5.1', 120, 0])
  assert.equal(readTextExtension(findExtension(h, ExtensionType.streamId)!), captured['streamId'])
  const km = readKeyMaterial(findExtension(h, ExtensionType.kmReq)!)!
  assert.deepEqual([km.keyFlags, km.mode, km.keyLengthBytes], [1, 'ctr', 16])
  assert.equal(unwrapKeys(deriveWrappingKey('another phrase', km.salt, 16), km.wrapped), null)
  const key = unwrapKeys(deriveWrappingKey(captured['passphrase']!, km.salt, 16), km.wrapped)!
  const keys = new PayloadKeys('ctr')
  keys.install(1, key, km.salt)
  const packet = fromHex(captured['dataPacketStart']!)
  assert.equal(keys.open(packet), packet.length - 16)
  assert.equal(toHex(packet.subarray(16)), captured['payloadStart'])
})

test("libsrt's NAK is read", () => {
  assert.deepEqual(readNak(fromHex(captured['nak']!)), [{ first: 0x78b5_269d, last: 0x78b5_26a7 }])
})

test('key material with any field out of place is none', () => {
  const h = readHandshake(fromHex(captured['conclusion']!))!
  const good = findExtension(h, ExtensionType.kmReq)!
  assert.equal(toHex(writeKeyMaterial(readKeyMaterial(good)!)), toHex(good))
  for (const at of [0, 1, 2, 3, 8, 9, 10, 14, 15]) {
    const bad = Uint8Array.from(good)
    bad[at] = bad[at]! ^ 0xff
    assert.equal(readKeyMaterial(bad), null, `byte ${at}`)
  }
  assert.equal(readKeyMaterial(good.subarray(0, 40)), null)
})

// RFC 3394 §4.1, §4.6
for (const { kek, key, wrapped } of [
  {
    kek: '000102030405060708090a0b0c0d0e0f',
    key: '00112233445566778899aabbccddeeff',
    wrapped: '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5',
  },
  {
    kek: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    key: '00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f',
    wrapped: '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
  },
]) {
  test(`RFC 3394: a key wrapped under ${kek.length / 2} bytes`, () => {
    assert.equal(toHex(wrapKeys(fromHex(kek), fromHex(key))), wrapped)
    assert.equal(toHex(unwrapKeys(fromHex(kek), fromHex(wrapped))!), key)
  })
}
