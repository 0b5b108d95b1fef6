import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  concatBytes,
  equalBytes,
  fromHex,
  readU16,
  readU24,
  readU32,
  readU32LE,
  readU64,
  toHex,
  writeU16,
  writeU24,
  writeU32,
  writeU32LE,
  writeU64,
} from './index.ts'

const cases = [
  { name: '16 bits', hex: 'fffe', value: 0xfffe, read: readU16, write: writeU16 },
  { name: '24 bits', hex: 'fffefd', value: 0xfffefd, read: readU24, write: writeU24 },
  { name: '32 bits with the high bit set', hex: 'fffefdfc', value: 0xfffefdfc, read: readU32, write: writeU32 },
  { name: '32 bits little-endian', hex: 'fcfdfeff', value: 0xfffefdfc, read: readU32LE, write: writeU32LE },
  { name: '64 bits, the largest exact', hex: '001fffffffffffff', value: Number.MAX_SAFE_INTEGER, read: readU64, write: writeU64 },
]
for (const c of cases) {
  test(`${c.name} reads and writes ${c.hex}`, () => {
    assert.equal(c.read(fromHex(c.hex), 0), c.value)
    const out = new Uint8Array(c.hex.length / 2)
    c.write(out, 0, c.value)
    assert.equal(toHex(out), c.hex)
  })
}

test('a 32-bit write wraps what is larger', () => {
  const out = new Uint8Array(4)
  writeU32(out, 0, 0x1_0000_0005)
  assert.equal(readU32(out, 0), 5)
})

test('bytes are joined in order and compared by value', () => {
  assert.ok(equalBytes(concatBytes([fromHex('01'), fromHex(''), fromHex('02 03')]), fromHex('010203')))
  assert.equal(equalBytes(fromHex('01'), fromHex('02')), false)
  assert.equal(equalBytes(fromHex('01'), fromHex('0101')), false)
})

test('hex refuses an odd count and a foreign digit', () => {
  assert.throws(() => fromHex('123'), RangeError)
  assert.throws(() => fromHex('zz'), RangeError)
})
