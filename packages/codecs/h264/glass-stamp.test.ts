import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeNalUnits } from '../nal/index.ts'
import { readGlassStamp, writeGlassStamp } from './glass-stamp.ts'

const slice = Uint8Array.of(0x65, 1, 2, 3, 4)
const other = Uint8Array.of(0x06, 4, 2, 9, 9, 0x80)

test('a stamp is read out of the access unit that it stands in, behind other SEI too', () => {
  const stampMs = 1_764_500_000_123
  assert.equal(readGlassStamp(writeNalUnits([other, writeGlassStamp(stampMs), slice]), 4), stampMs)
})

test('a picture without a stamp has none', () => {
  assert.equal(readGlassStamp(writeNalUnits([other, slice]), 4), null)
  assert.equal(readGlassStamp(new Uint8Array(0), 4), null)
})

test('a stamp that is cut anywhere gives none, and never throws', () => {
  const whole = writeNalUnits([writeGlassStamp(1_764_500_000_123)])
  for (let length = 0; length < whole.length; length++) assert.equal(readGlassStamp(whole.subarray(0, length), 4), null)
})
