import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import {
  cleanAv1Unit,
  formatAv1Codec,
  formatAv1Profile,
  isAv1KeyFrame,
  isAv1UnitDamaged,
  readAv1Config,
  readAv1Obus,
  writeAv1Config,
} from './index.ts'

// Records that ffmpeg 5.1 wrote; the expected facts are what ffprobe reads out of the same files.
const records = [
  { name: 'SVT-AV1', av1c: '81080c000a0b00000042abbfc3700be001', expected: 'av01.0.08M.08 | Main 4.0 | 1920x1080' },
  {
    name: 'libaom, 10 bit, PQ',
    av1c: '81014c000a0e0000000cc4ff6736be5424402410',
    expected: 'av01.0.01M.10.0.110.09.16.09.0 | Main 2.1 | 640x360',
  },
  { name: 'libaom, grey', av1c: '81001c000a0a000000043cffbcdaf92a', expected: 'av01.0.00M.08.1.110.01.01.01.1 | Main 2.0 | 320x240' },
  { name: 'libaom, 4:4:4', av1c: '812000000a0a200000043cffbcdaf902', expected: 'av01.1.00M.08.0.000.01.01.01.0 | High 2.0 | 320x240' },
  { name: 'rav1e', av1c: '811f0c000a0e000000fa627fb38842a204040428', expected: 'av01.0.31M.08 | Main any level | 640x360' },
]
for (const { name, av1c, expected } of records) {
  test(`av1C is read and made again: ${name}`, () => {
    const sequence = readAv1Config(fromHex(av1c))
    assert.equal(`${formatAv1Codec(sequence)} | ${formatAv1Profile(sequence)} | ${sequence.width}x${sequence.height}`, expected)
    assert.equal(toHex(writeAv1Config(fromHex(av1c).subarray(4))!), av1c)
  })
}

test('av1C without a sequence header tells all but the size', () => {
  const sequence = readAv1Config(fromHex('81084c00'))
  assert.equal(`${formatAv1Codec(sequence)} ${sequence.width}x${sequence.height}`, 'av01.0.08M.10 0x0')
  assert.equal(writeAv1Config(new Uint8Array(0)), null)
})

const refused = [
  { name: 'three bytes', av1c: '81080c', code: 'AV1_CONFIG' },
  { name: 'another version', av1c: '82080c000a0b00000042abbfc3700be001', code: 'AV1_CONFIG' },
  { name: 'a profile that is none, without sequence header', av1c: '81e80c00', code: 'AV1_CONFIG' },
  { name: 'an OBU that leaves the record', av1c: '81080c000a7f0000', code: 'AV1_OBU' },
  { name: 'a sequence header that ends too soon', av1c: '81080c000a03000000', code: 'AV1_SEQUENCE' },
]
for (const { name, av1c, code } of refused) {
  test(`av1C refuses ${name}`, () => {
    assert.throws(
      () => readAv1Config(fromHex(av1c)),
      (err) => err instanceof WireError && err.code === code,
    )
  })
}

const units = [
  { name: 'a key frame behind a sequence header', bytes: '0a0100 320310aabb', clean: '0a0100320310aabb', isKey: true },
  { name: 'a temporal delimiter in front', bytes: '1200 0a0100 320310aabb', clean: '0a0100320310aabb', isKey: true },
  { name: 'a temporal delimiter between', bytes: '0a0100 1200 320310aabb', clean: '0a0100320310aabb', isKey: true },
  { name: 'a last OBU without size', bytes: '1200 30 30aabb', clean: '320330aabb', isKey: false },
  { name: 'an extension header without size', bytes: '3408 10aabb', clean: '36080310aabb', isKey: true },
  { name: 'a key frame that is not shown yet', bytes: '320300aabb', clean: '320300aabb', isKey: false },
  { name: 'an old frame shown again', bytes: '1a0180', clean: '1a0180', isKey: false },
  { name: 'a delimiter alone', bytes: '1200', clean: '', isKey: false },
]
for (const { name, bytes, clean, isKey } of units) {
  test(`temporal unit: ${name}`, () => {
    const unit = fromHex(bytes)
    assert.equal(toHex(cleanAv1Unit(unit)), clean)
    assert.equal(isAv1KeyFrame(cleanAv1Unit(unit)), isKey)
    assert.equal(isAv1UnitDamaged(unit), false)
  })
}

test('a temporal unit is cut where an OBU leaves it', () => {
  const unit = fromHex('0a0100 327f10')
  assert.equal(isAv1UnitDamaged(unit), true)
  assert.equal(toHex(cleanAv1Unit(unit)), '0a0100')
  assert.throws(() => readAv1Obus(unit), /leaves the 6 bytes/)
})

test('a temporal unit of thousands of OBUs is cut', () => {
  const many = new Uint8Array(2 * 5000).map((_, i) => (i % 2 === 0 ? 0x2a : 0)) // empty metadata OBUs
  assert.equal(isAv1UnitDamaged(many), true)
  assert.equal(cleanAv1Unit(many).length, 2 * 4096)
  assert.throws(() => readAv1Obus(many), /more than 4096/)
})

test('what needs no change is not copied', () => {
  const unit = fromHex('1200 0a0100 320310aabb')
  assert.equal(cleanAv1Unit(unit).buffer, unit.buffer)
})
