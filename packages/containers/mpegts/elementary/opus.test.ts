import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { makeOpusHead } from '@sluice/codecs/opus'
import { makeOpusAccessUnit, readOpusAccessUnit, writeOpusControlHeader } from './opus-access-unit.ts'
import { makeOpusDescriptor, readOpusDescriptors } from './opus-channels.ts'

for (const [payloadBytes, hex] of [
  [1, '7fe001'],
  [254, '7fe0fe'],
  [255, '7fe0ff00'],
  [600, '7fe0ffff5a'],
] as const) {
  test(`the control header before ${payloadBytes} bytes is ${hex} both ways`, () => {
    assert.equal(toHex(writeOpusControlHeader(payloadBytes)), hex)
    const b = new Uint8Array(hex.length / 2 + payloadBytes)
    b.set(fromHex(hex))
    const unit = makeOpusAccessUnit()
    assert.equal(readOpusAccessUnit(b, 0, unit), true)
    assert.deepEqual(unit, { payloadAt: hex.length / 2, endAt: b.length })
  })
}

test('trims and a control extension stand between size and packet', () => {
  const b = fromHex('7ffc02 0138 0010 03aabbcc fcfe')
  const unit = makeOpusAccessUnit()
  assert.equal(readOpusAccessUnit(b, 0, unit), true)
  assert.equal(toHex(b.subarray(unit.payloadAt, unit.endAt)), 'fcfe')
})

test('an access unit without control header, empty, or beyond the packet is refused', () => {
  for (const hex of ['fcfe', '7fc001fc', '7fe000', '7fe002fc', '7fe0ffff', '7f', '']) {
    assert.equal(readOpusAccessUnit(fromHex(hex), 0, makeOpusAccessUnit()), false, hex)
  }
})

test('the channel code becomes an OpusHead and back: mono, stereo and the surround orders', () => {
  for (let channels = 1; channels <= 8; channels++) {
    const descriptor = { tag: 0x7f, body: Uint8Array.of(0x80, channels) }
    const head = readOpusDescriptors([descriptor])!
    assert.deepEqual([head.channels, head.mappingFamily], [channels, channels > 2 ? 1 : 0])
    assert.equal(head.mapping.length, channels > 2 ? 2 + channels : 0)
    assert.deepEqual(makeOpusDescriptor(head), descriptor)
  }
})

test('Opus without a channel descriptor is stereo; dual mono and mappings of their own are refused', () => {
  assert.equal(readOpusDescriptors([])?.channels, 2)
  assert.equal(readOpusDescriptors([{ tag: 0x7f, body: fromHex('8000') }]), null)
  assert.equal(readOpusDescriptors([{ tag: 0x7f, body: fromHex('8082') }]), null)
  assert.equal(makeOpusDescriptor({ ...makeOpusHead(2), channels: 4, mappingFamily: 255, mapping: fromHex('040000010203') }), null)
})
