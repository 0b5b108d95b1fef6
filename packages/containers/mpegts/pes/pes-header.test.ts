import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { makePesHeader, pesBytes, readPesHeader, writePesHeader, writtenPesHeaderBytes } from './pes-header.ts'
import { readTimestamp, timestampDiff, wrapTimestamp, writeTimestamp } from './timestamp.ts'

const top = 2 ** 33
const timestamps = [
  { hex: '2100010001', value: 0 },
  { hex: '210001ffff', value: 32767 },
  { hex: '2100070001', value: 98304 },
  { hex: '2900010001', value: 2 ** 32 },
  { hex: '2fffffffff', value: top - 1 },
]
for (const { hex, value } of timestamps) {
  test(`the timestamp ${hex} is ${value} both ways`, () => {
    assert.equal(readTimestamp(fromHex(hex), 0), value)
    const out = new Uint8Array(5)
    writeTimestamp(out, 0, 2, value)
    assert.equal(toHex(out), hex)
  })
}

test('a timestamp is written modulo 2^33, also below zero', () => {
  assert.equal(wrapTimestamp(top + 5), 5)
  assert.equal(wrapTimestamp(-1), top - 1)
  const out = new Uint8Array(5)
  writeTimestamp(out, 0, 2, 3 * top + 9)
  assert.equal(readTimestamp(out, 0), 9)
})

test('the distance between timestamps goes the short way over the wrap', () => {
  assert.equal(timestampDiff(top - 10, 5), 15)
  assert.equal(timestampDiff(5, top - 10), -15)
})

const none = { streamId: 0xe0, isScrambled: false, pts90k: Number.NaN, dts90k: Number.NaN }
const cases = [
  {
    name: 'PTS and DTS',
    hex: '000001e00000 80c00a 310007e901 110007b0c1',
    want: { ...none, pts90k: 128128, dts90k: 120928, payloadAt: 19 },
  },
  {
    name: 'a PTS alone, which is the DTS too',
    hex: '000001c00010 808005 2100010001',
    want: { ...none, streamId: 0xc0, pts90k: 0, dts90k: 0, payloadAt: 14 },
  },
  { name: 'no timestamp', hex: '000001e00000 800000', want: { ...none, payloadAt: 9 } },
  { name: 'a PTS flag without room for a PTS', hex: '000001e00000 808003 ffffff', want: { ...none, payloadAt: 12 } },
  { name: 'a scrambled payload', hex: '000001e00000 900000', want: { ...none, isScrambled: true, payloadAt: 9 } },
  { name: 'a bare padding packet', hex: '000001be0003', want: { ...none, streamId: 0xbe, payloadAt: 6 } },
]
for (const c of cases) {
  test(`the PES header with ${c.name} reads`, () => {
    const b = fromHex(c.hex)
    const header = makePesHeader()
    assert.equal(readPesHeader(b, 0, b.length, header), true)
    assert.deepEqual(header, c.want)
  })
}

test('a PES header without start code, or one that is not whole, is refused', () => {
  const refused = (hex: string): boolean => !readPesHeader(fromHex(hex), 0, fromHex(hex).length, makePesHeader())
  assert.ok(refused('000002e00000800000'))
  assert.ok(refused('000001e000'))
  assert.ok(refused('000001e0000080'))
  assert.ok(refused('000001e00000808005210001'))
})

test('a PES header is written as it is read, with its length where 16 bits hold it', () => {
  for (const [pts, dts, payloadBytes, declared] of [
    [top - 1, top - 3600, 1000, 1000 + 19],
    [90_000, 90_000, 65_527, 65_527 + 14],
    [90_000, 90_000, 65_528, 0],
  ] as const) {
    const out = new Uint8Array(writtenPesHeaderBytes(pts, dts))
    assert.equal(writePesHeader(out, 0, 0xe0, pts, dts, payloadBytes), out.length)
    const header = makePesHeader()
    assert.equal(readPesHeader(out, 0, out.length, header), true)
    assert.deepEqual(header, { ...none, pts90k: pts, dts90k: dts, payloadAt: out.length })
    assert.equal(pesBytes(out, 0), declared)
  }
})
