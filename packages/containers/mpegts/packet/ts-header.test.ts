import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { tsPacketBytes } from './constants.ts'
import { makeTsHeader, readTsHeader, writeTsHeader } from './ts-header.ts'

const packet = (head: string): Uint8Array => {
  const out = new Uint8Array(tsPacketBytes)
  out.set(fromHex(head))
  return out
}

const clear = { hasTransportError: false, isScrambled: false }
const cases = [
  {
    name: 'payload alone that starts a unit',
    head: '4740001f',
    want: { ...clear, pid: 0, isUnitStart: true, continuityCounter: 15, adaptationAt: 0, payloadAt: 4, hasPayload: true },
  },
  {
    name: 'payload behind an adaptation field',
    head: '4701003007',
    want: { ...clear, pid: 0x100, isUnitStart: false, continuityCounter: 0, adaptationAt: 4, payloadAt: 12, hasPayload: true },
  },
  {
    name: 'an adaptation field alone',
    head: '47010025b7',
    want: { ...clear, pid: 0x100, isUnitStart: false, continuityCounter: 5, adaptationAt: 4, payloadAt: 188, hasPayload: false },
  },
  {
    name: 'an empty adaptation field: one byte of fill',
    head: '4701003000',
    want: { ...clear, pid: 0x100, isUnitStart: false, continuityCounter: 0, adaptationAt: 4, payloadAt: 5, hasPayload: true },
  },
  {
    name: 'a damaged and scrambled packet of the last PID',
    head: '479fff90',
    want: {
      hasTransportError: true,
      isScrambled: true,
      pid: 0x1fff,
      isUnitStart: false,
      continuityCounter: 0,
      adaptationAt: 0,
      payloadAt: 4,
      hasPayload: true,
    },
  },
]
for (const c of cases) {
  test(`the TS header ${c.head} reads as ${c.name}`, () => {
    const header = makeTsHeader()
    assert.equal(readTsHeader(packet(c.head), 0, header), true)
    assert.deepEqual(header, c.want)
  })
}

const broken = [
  { name: 'no sync byte', head: '46400010' },
  { name: 'the reserved adaptation control 0', head: '47400000' },
  { name: 'an adaptation field that leaves the packet', head: '47010030b8' },
]
for (const c of broken) {
  test(`the TS header refuses ${c.name}`, () => {
    assert.equal(readTsHeader(packet(c.head), 0, makeTsHeader()), false)
  })
}

test('a TS header is written as it is read', () => {
  for (const [pid, isUnitStart, control, counter] of [
    [0x1ffe, true, 1, 15],
    [0x100, false, 3, 0],
    [0x100, false, 2, 7],
  ] as const) {
    const out = new Uint8Array(tsPacketBytes)
    writeTsHeader(out, 0, pid, isUnitStart, control, counter)
    const header = makeTsHeader()
    assert.equal(readTsHeader(out, 0, header), true, toHex(out.subarray(0, 4)))
    assert.deepEqual(
      [header.pid, header.isUnitStart, header.hasPayload, header.continuityCounter],
      [pid, isUnitStart, control !== 2, counter],
    )
  }
})
