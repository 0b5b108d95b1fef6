import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { adaptationBytes, makeAdaptationField, readAdaptationField, writeAdaptationField } from './adaptation-field.ts'
import { readPcr, writePcr } from './pcr.ts'

const none = { hasDiscontinuity: false, isRandomAccess: false, pcrAt: 0, stuffingBytes: 0 }
const cases = [
  { name: 'a lone length byte', hex: '00', want: none },
  { name: 'flags alone', hex: '01c0', want: { ...none, hasDiscontinuity: true, isRandomAccess: true } },
  { name: 'a PCR without fill', hex: '0710000000007e00', want: { ...none, pcrAt: 2 } },
  { name: 'fill behind flags', hex: '0400ffffff', want: { ...none, stuffingBytes: 3 } },
  { name: 'fill behind private data', hex: '06020201abffff', want: { ...none, stuffingBytes: 2 } },
  { name: 'a PCR flag without room for a PCR', hex: '0210ff', want: { ...none, stuffingBytes: 1 } },
  { name: 'private data that leaves the field', hex: '0202ff', want: none },
]
for (const c of cases) {
  test(`the adaptation field ${c.hex} reads as ${c.name}`, () => {
    const field = makeAdaptationField()
    readAdaptationField(fromHex(c.hex), 0, field)
    assert.deepEqual(field, c.want)
  })
}

test('an adaptation field is written with exactly the bytes asked for', () => {
  const written = (bytes: number, hasDiscontinuity: boolean, isRandomAccess: boolean, pcr90k: number): string => {
    const out = new Uint8Array(bytes)
    writeAdaptationField(out, 0, bytes, { hasDiscontinuity, isRandomAccess, pcr90k })
    return toHex(out)
  }
  assert.equal(written(1, false, false, Number.NaN), '00')
  assert.equal(written(2, false, false, Number.NaN), '0100')
  assert.equal(written(4, false, true, Number.NaN), '0340ffff')
  assert.equal(written(8, true, true, 1), '07d000000000fe00')
  assert.equal(written(10, false, false, 2 ** 33 - 1), '0910fffffffffe00ffff')
})

test('an adaptation field takes 8 bytes with a clock, 2 with a flag, none without either', () => {
  const flags = { hasDiscontinuity: false, isRandomAccess: false, pcr90k: Number.NaN }
  assert.equal(adaptationBytes(flags), 0)
  assert.equal(adaptationBytes({ ...flags, isRandomAccess: true }), 2)
  assert.equal(adaptationBytes({ ...flags, pcr90k: 0 }), 8)
})

test('a PCR counts 300 of its ticks to one of 90 kHz, with a fraction of 9 bits', () => {
  assert.equal(readPcr(fromHex('000000007e00'), 0), 0)
  assert.equal(readPcr(fromHex('00000000fe01'), 0), 301)
  assert.equal(readPcr(fromHex('ffffffffff2b'), 0), (2 ** 33 - 1) * 300 + 299)
  const out = new Uint8Array(6)
  writePcr(out, 0, 2 ** 32 + 5)
  assert.equal(readPcr(out, 0), (2 ** 32 + 5) * 300)
})
