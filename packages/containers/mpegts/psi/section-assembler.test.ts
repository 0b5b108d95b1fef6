import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex, toHex } from '@sluice/base/bytes'
import { randomFrom } from '@sluice/testkit/random'
import { writePat } from './pat.ts'
import { SectionAssembler } from './section-assembler.ts'

const payloadBytes = 184
const pat = writePat(1, 0, [{ programNumber: 1, pmtPid: 0x1000 }])
/** 69 programs: more than one packet holds. */
const longPat = writePat(
  1,
  1,
  Array.from({ length: 69 }, (_, i) => ({ programNumber: i + 1, pmtPid: 0x100 + i })),
)

/** Payloads of 184 bytes around `sections`, the way a multiplexer lays them: `before` bytes belong to a section that began earlier. */
function makePayloads(sections: readonly Uint8Array[], before = 0): Uint8Array[] {
  const all = concatBytes([Uint8Array.of(before), new Uint8Array(before), ...sections])
  const out: Uint8Array[] = []
  for (let at = 0; at < all.length; at += payloadBytes) {
    const payload = new Uint8Array(payloadBytes).fill(0xff)
    payload.set(all.subarray(at, at + payloadBytes))
    out.push(payload)
  }
  return out
}

function assemble(assembler: SectionAssembler, payloads: readonly Uint8Array[], startsAt: readonly number[] = [0]): string[] {
  const seen: string[] = []
  payloads.forEach((payload, i) => {
    assembler.push(payload, 0, payload.length, startsAt.includes(i), (section) => seen.push(toHex(section)))
  })
  return seen
}

test('a section in one packet comes out at once', () => {
  assert.deepEqual(assemble(new SectionAssembler(), makePayloads([pat])), [toHex(pat)])
})

test('several sections in one packet come out in order', () => {
  assert.deepEqual(assemble(new SectionAssembler(), makePayloads([pat, pat, pat])), [toHex(pat), toHex(pat), toHex(pat)])
})

test('a section over two packets comes out with its last byte', () => {
  assert.deepEqual(assemble(new SectionAssembler(), makePayloads([longPat])), [toHex(longPat)])
})

test('a section that ends behind the pointer field of the next start is whole', () => {
  const first = makePayloads([longPat])[0]!
  const rest = longPat.subarray(payloadBytes - 1)
  const second = concatBytes([Uint8Array.of(rest.length), rest, pat])
  assert.deepEqual(assemble(new SectionAssembler(), [first, second], [0, 1]), [toHex(longPat), toHex(pat)])
})

test('the tail of a section whose start was missed is passed over', () => {
  assert.deepEqual(assemble(new SectionAssembler(), makePayloads([pat], 20)), [toHex(pat)])
  assert.deepEqual(assemble(new SectionAssembler(), makePayloads([longPat]), []), [])
})

test('after a loss the section under way is forgotten', () => {
  const assembler = new SectionAssembler()
  const [first, second] = makePayloads([longPat])
  assert.deepEqual(assemble(assembler, [first!]), [])
  assembler.reset()
  assert.deepEqual(assemble(assembler, [second!], []), [])
})

test('a length above 1024 bytes and a pointer beyond the packet give nothing', () => {
  assert.deepEqual(assemble(new SectionAssembler(), [fromHex('0000bfff00'), new Uint8Array(payloadBytes)]), [])
  assert.deepEqual(assemble(new SectionAssembler(), [fromHex('ff00b00d')]), [])
})

test('any payloads give sections of 3 to 1024 bytes or none (seed 11)', () => {
  const random = randomFrom(11)
  const assembler = new SectionAssembler()
  for (let i = 0; i < 5000; i++) {
    const payload = random.bytes(random.int(0, payloadBytes))
    assembler.push(payload, 0, payload.length, random.next() < 0.5, (section) => assert.ok(section.length >= 3 && section.length <= 1024))
  }
})
