import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { randomFrom } from '@sluice/testkit/random'
import { BitReader, BitWriter, readRbsp, writeRbsp } from './index.ts'

test('bit fields of any width are read back as written', () => {
  const random = randomFrom(3)
  for (let round = 0; round < 200; round++) {
    const fields = Array.from({ length: 20 }, () => {
      const bits = random.int(1, 32)
      return { bits, value: Math.floor(random.next() * 2 ** bits) }
    })
    const writer = new BitWriter()
    for (const { value, bits } of fields) writer.writeBits(value, bits)
    const reader = new BitReader(writer.toBytes())
    for (const { value, bits } of fields) assert.equal(reader.readBits(bits), value)
    assert.equal(reader.isShort, false)
  }
})

const golomb = [
  { bits: '80', ue: 0, se: 0 },
  { bits: '40', ue: 1, se: 1 },
  { bits: '60', ue: 2, se: -1 },
  { bits: '20', ue: 3, se: 2 },
  { bits: '28', ue: 4, se: -2 },
  { bits: '0080', ue: 255, se: 128 },
  { bits: '00000001fffffffe', ue: 4294967294, se: -2147483647 },
]
for (const { bits, ue, se } of golomb) {
  test(`Exp-Golomb ${bits} is ${ue} unsigned and ${se} signed`, () => {
    assert.equal(new BitReader(fromHex(bits)).readUe(), ue)
    assert.equal(new BitReader(fromHex(bits)).readSe(), se)
  })
}

test('reads past the end give 0 and stay short', () => {
  const reader = new BitReader(fromHex('ff'))
  assert.equal(reader.readBits(9), 0)
  assert.equal(reader.isShort, true)
  assert.equal(reader.readBits(1), 0)
  assert.equal(reader.readUe(), 0)
  assert.equal(reader.readBytes(1).length, 0)
  assert.equal(reader.bitsLeft, 0)
})

test('an Exp-Golomb code of zeros alone is short, not endless', () => {
  const reader = new BitReader(new Uint8Array(1000))
  assert.equal(reader.readUe(), 0)
  assert.equal(reader.isShort, true)
})

const emulation = [
  { name: 'nothing to remove', nal: '67010203', rbsp: '010203' },
  { name: 'one byte between zeros', nal: '67000003000003', rbsp: '0000' + '0000' },
  { name: 'zeros and three that are data', nal: '6700000303', rbsp: '000003' },
  { name: 'the count of zeros starts anew behind a removed byte', nal: '670000030003', rbsp: '00000003' },
  { name: 'a unit of a header alone', nal: '67', rbsp: '' },
]
for (const { name, nal, rbsp } of emulation) {
  test(`emulation prevention: ${name}, and back`, () => {
    assert.equal(toHex(readRbsp(fromHex(nal), 1)), rbsp)
    assert.equal(toHex(writeRbsp(fromHex('67'), fromHex(rbsp))), nal)
  })
}
