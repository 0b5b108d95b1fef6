import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { randomFrom } from '@sluice/testkit/random'
import { maxNalUnits, readAnnexB, readNalUnits, wholeNalBytes, writeAnnexB, writeNalUnits } from './index.ts'

const hex = (units: Uint8Array[]): string[] => units.map(toHex)

const streams = [
  { name: '3-byte start codes', bytes: '0000016701 0000016802', units: ['6701', '6802'] },
  { name: '4-byte start codes', bytes: '000000016701 000000016802', units: ['6701', '6802'] },
  { name: 'bytes before the first start code', bytes: 'aabb0000016701', units: ['6701'] },
  { name: 'trailing zeros', bytes: '0000016701000000', units: ['6701'] },
  { name: 'empty units', bytes: '0000010000010000016701', units: ['6701'] },
  { name: 'zeros within a unit', bytes: '00000167000002', units: ['67000002'] },
  { name: 'no start code', bytes: '00000200', units: [] },
  { name: 'a start code at the very end', bytes: '0000016701000001', units: ['6701'] },
]
for (const { name, bytes, units } of streams) {
  test(`Annex B: ${name}`, () => assert.deepEqual(hex(readAnnexB(fromHex(bytes))), units))
}

const prefixed = [
  { name: 'lengths of 4 bytes', bytes: '00000002670100000001aa', size: 4, units: ['6701', 'aa'] },
  { name: 'lengths of 2 bytes', bytes: '000267010001aa', size: 2, units: ['6701', 'aa'] },
  { name: 'lengths of 1 byte and an empty unit', bytes: '0267010001aa', size: 1, units: ['6701', 'aa'] },
  { name: 'nothing', bytes: '', size: 4, units: [] },
] as const
for (const { name, bytes, size, units } of prefixed) {
  test(`length prefix: ${name}`, () => {
    assert.deepEqual(hex(readNalUnits(fromHex(bytes), size)), units)
    assert.equal(wholeNalBytes(fromHex(bytes), size), bytes.length / 2)
  })
}

const damaged = [
  { name: 'a unit that is longer than its frame', bytes: '000000026701 00000009 aa', whole: 6 },
  { name: 'half a length field', bytes: '000000026701 0000', whole: 6 },
  { name: 'a length that is no length', bytes: 'ffffffff00', whole: 0 },
]
for (const { name, bytes, whole } of damaged) {
  test(`length prefix refuses ${name}`, () => {
    assert.throws(() => readNalUnits(fromHex(bytes), 4), WireError)
    assert.equal(wholeNalBytes(fromHex(bytes), 4), whole)
  })
}

test('an access unit of thousands of units is cut by one reader and refused by the other', () => {
  const many = new Uint8Array((maxNalUnits + 1) * 2).map((_, i) => (i + 1) % 2)
  assert.equal(wholeNalBytes(many, 1), maxNalUnits * 2)
  assert.equal(readNalUnits(many.subarray(0, maxNalUnits * 2), 1).length, maxNalUnits)
  assert.throws(() => readNalUnits(many, 1), /more than 4096/)
})

test('units survive both forms', () => {
  const random = randomFrom(5)
  for (let round = 0; round < 300; round++) {
    // No zeros: a unit in a byte stream has its zeros escaped by the encoder.
    const units = Array.from({ length: random.int(0, 6) }, () => random.bytes(random.int(1, 40)).map((byte) => byte || 1))
    assert.deepEqual(hex(readAnnexB(writeAnnexB(units))), hex(units))
    assert.deepEqual(hex(readNalUnits(writeNalUnits(units), 4)), hex(units))
  }
})
