import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex } from '@sluice/base/bytes'
import { writeNalUnits } from '@sluice/codecs/nal'
import { randomFrom } from '@sluice/testkit/random'
import { type CaptionFields, readCaptionFields } from './index.ts'

const found = (codec: 'h264' | 'h265', unit: Uint8Array): CaptionFields => {
  const out = { cc1: false, cc3: false, service1: false }
  readCaptionFields(codec, writeNalUnits([fromHex('0910'), unit, fromHex('6588')]), 4, out)
  return out
}

/** A SEI unit with triplets of cc_data, each `fc9420` or the like. */
const sei = (head: string, triplets: string): Uint8Array => {
  const count = triplets.length / 6
  const payload = fromHex(`b500314741393403${(0xc0 | count).toString(16)}ff${triplets}ff`)
  return concatBytes([fromHex(head), Uint8Array.of(4, payload.length), payload, Uint8Array.of(0x80)])
}

const none = { cc1: false, cc3: false, service1: false }
const cases = [
  { name: 'field 1 is CC1', triplets: 'fc9420', is: { ...none, cc1: true } },
  { name: 'field 2 is CC3', triplets: 'fd9420', is: { ...none, cc3: true } },
  { name: 'packets of CEA-708 are its first service', triplets: 'ff4225fe1122', is: { ...none, service1: true } },
  { name: 'padding is nothing', triplets: 'fc8080fd8080fa0000', is: none },
  { name: 'what is marked as not valid is nothing', triplets: 'f89420', is: none },
]
for (const { name, triplets, is } of cases) {
  test(`${name}, in H.264 and in H.265`, () => {
    assert.deepEqual(found('h264', sei('06', triplets)), is)
    assert.deepEqual(found('h265', sei('4e01', triplets)), is)
  })
}

test('a message behind another one is found, and other user data is none', () => {
  const unit = sei('06', 'fc9420')
  assert.deepEqual(found('h264', concatBytes([fromHex('0605021122'), unit.subarray(1)])), { ...none, cc1: true })
  const other = sei('06', 'fc9420')
  other[7] = 0x44
  assert.deepEqual(found('h264', other), none)
})

test('any bytes have captions or none (seed 608)', () => {
  const random = randomFrom(608)
  for (let i = 0; i < 20_000; i++) {
    const unit = concatBytes([sei('06', 'fc9420fd9420'), random.bytes(random.int(0, 20))])
    for (let left = random.int(1, 6); left > 0; left--) unit[random.int(0, unit.length - 1)] = random.int(0, 255)
    const out = { cc1: false, cc3: false, service1: false }
    readCaptionFields('h264', writeNalUnits([unit]).subarray(0, random.int(0, unit.length + 4)), 4, out)
  }
})
