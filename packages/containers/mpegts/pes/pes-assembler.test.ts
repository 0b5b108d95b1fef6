import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex, toHex } from '@sluice/base/bytes'
import { makeTsCounters } from '../demux/counters.ts'
import { MemoryBudget } from '../demux/memory-budget.ts'
import { PesAssembler } from './pes-assembler.ts'
import { writePesHeader, writtenPesHeaderBytes } from './pes-header.ts'

type Given = { readonly payload: string; readonly pts90k: number; readonly isDamaged: boolean }

function makeAssembler(isVideo = true, maxBytes = 1 << 20) {
  const given: Given[] = []
  const counters = makeTsCounters()
  const assembler = new PesAssembler({
    counters,
    budget: new MemoryBudget(maxBytes),
    onPes: ({ bytes, at, end, pts90k, isDamaged }) => given.push({ payload: toHex(bytes.subarray(at, end)), pts90k, isDamaged }),
    ...(isVideo ? { startsAccessUnit: (b, at) => b[at] === 0xaa } : {}),
  })
  const push = (b: Uint8Array, isUnitStart: boolean, isStuffed = false): void => assembler.push(b, 0, b.length, isUnitStart, isStuffed)
  return { assembler, push, given, counters }
}

/** A PES packet with a PTS; its length field is 0 when `isOpen`. */
function makePes(pts: number, payload: Uint8Array, isOpen = false): Uint8Array {
  const header = new Uint8Array(writtenPesHeaderBytes(pts, pts))
  writePesHeader(header, 0, 0xe0, pts, pts, payload.length)
  if (isOpen) header.fill(0, 4, 6)
  return concatBytes([header, payload])
}

const aa = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0xaa)
const bb = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0xbb)
/** A PES packet without timestamp whose payload starts no access unit. */
const continuation = (payload: Uint8Array): Uint8Array => concatBytes([fromHex('000001e00000 800000'), payload])

test('a PES packet with a length comes out with its last byte, not with the next start', () => {
  const { push, given } = makeAssembler()
  const pes = makePes(900, aa(300))
  push(pes.subarray(0, 184), true)
  assert.equal(given.length, 0)
  push(pes.subarray(184), false)
  assert.deepEqual(given, [{ payload: toHex(aa(300)), pts90k: 900, isDamaged: false }])
})

test('an open PES packet comes out when the next one starts, and the last at the end', () => {
  const { assembler, push, given } = makeAssembler()
  push(makePes(1, aa(10), true), true)
  push(makePes(2, aa(20), true), true)
  assert.deepEqual(given, [{ payload: toHex(aa(10)), pts90k: 1, isDamaged: false }])
  assembler.flush()
  assert.deepEqual(given[1], { payload: toHex(aa(20)), pts90k: 2, isDamaged: false })
})

test('an open PES packet comes out with its stuffed packet once a sender has stuffed the last of 32', () => {
  const { push, given } = makeAssembler()
  for (let i = 0; i < 33; i++) {
    push(makePes(i, aa(100), true), true)
    push(aa(50), false, true)
    assert.equal(given.length, i < 32 ? i : 33)
  }
})

test('a sender that breaks its habit costs one frame, which is counted, and is not trusted again', () => {
  const { push, given, counters } = makeAssembler()
  for (let i = 0; i < 40; i++) {
    push(makePes(i, aa(100), true), true)
    push(aa(50), false, true)
  }
  assert.deepEqual([given.length, counters.damagedFrames], [40, 0])
  push(aa(50), false)
  assert.equal(counters.damagedFrames, 1)
  push(makePes(40, aa(100), true), true)
  push(aa(50), false, true)
  push(aa(50), false)
  assert.deepEqual([given.length, counters.damagedFrames], [40, 1])
})

test('a sender that stuffs in mid-packet is never trusted to mark the end', () => {
  const { push, given } = makeAssembler()
  push(makePes(0, aa(100), true), true, true)
  push(aa(50), false, true)
  for (let i = 1; i < 100; i++) {
    push(makePes(i, aa(100), true), true, true)
    assert.equal(given.length, i)
  }
})

test('a frame over several PES packets is put together, whole from the second one on', () => {
  const { push, given } = makeAssembler()
  for (let i = 0; i < 3; i++) {
    push(makePes(i, aa(100)), true)
    push(continuation(bb(60)), true)
    push(continuation(bb(7)), true)
  }
  push(makePes(3, aa(1)), true)
  const whole = toHex(concatBytes([aa(100), bb(60), bb(7)]))
  assert.deepEqual(
    given.map(({ payload, pts90k }) => [payload, pts90k]),
    [
      [toHex(aa(100)), 0],
      [whole, 1],
      [whole, 2],
    ],
  )
})

test('an open frame that goes on in a PES packet without timestamp loses nothing', () => {
  const { push, given } = makeAssembler()
  push(makePes(5, aa(100), true), true)
  push(continuation(bb(60)), true)
  push(makePes(6, aa(1), true), true)
  assert.deepEqual(given, [{ payload: toHex(concatBytes([aa(100), bb(60)])), pts90k: 5, isDamaged: false }])
})

test('lost packets mark a video PES packet and end an audio one', () => {
  for (const isVideo of [true, false]) {
    const { assembler, push, given } = makeAssembler(isVideo)
    push(makePes(1, aa(500)).subarray(0, 184), true)
    assembler.lose()
    push(bb(184), false)
    push(makePes(2, aa(5)), true)
    const head = toHex(aa(170))
    assert.deepEqual(given, [
      { payload: isVideo ? head + toHex(bb(184)) : head, pts90k: 1, isDamaged: true },
      { payload: toHex(aa(5)), pts90k: 2, isDamaged: false },
    ])
  }
})

test('a PES packet that the next one cuts short is marked', () => {
  const { push, given } = makeAssembler()
  push(makePes(1, aa(500)).subarray(0, 184), true)
  push(makePes(2, aa(5)), true)
  assert.deepEqual(
    given.map((one) => one.isDamaged),
    [true, false],
  )
})

test('a PES packet above the memory limit is dropped and counted, and the next one is whole', () => {
  const { push, given, counters } = makeAssembler(true, 16_384)
  push(makePes(1, aa(100), true), true)
  for (let i = 0; i < 1000; i++) push(aa(184), false)
  push(makePes(2, aa(5)), true)
  assert.equal(counters.oversizedPesPackets, 1)
  assert.deepEqual(given, [{ payload: toHex(aa(5)), pts90k: 2, isDamaged: false }])
})

test('memory goes back to the budget on release', () => {
  const budget = new MemoryBudget(8192)
  const options = { counters: makeTsCounters(), budget, onPes() {} }
  for (let i = 0; i < 5; i++) {
    const assembler = new PesAssembler(options)
    assembler.push(aa(184), 0, 184, true, false)
    assert.equal(budget.spend(8192), false)
    assembler.release()
  }
  assert.equal(budget.spend(8192), true)
})

test('a scrambled PES packet and one without start code are counted and not given', () => {
  const { push, given, counters } = makeAssembler()
  push(fromHex('000001e00003 900000'), true)
  push(fromHex('000002e00003 800000'), true)
  push(makePes(1, aa(5)), true)
  assert.deepEqual([given.length, counters.scrambledPackets, counters.badPesPackets], [1, 1, 1])
})

test('the packet pushed last is known again, a different one is not', () => {
  const { assembler, push } = makeAssembler()
  const pes = makePes(1, aa(50))
  push(pes, true)
  assert.equal(assembler.endsWith(pes, 0, pes.length), true)
  assert.equal(assembler.endsWith(bb(20), 0, 20), false)
  assert.equal(assembler.endsWith(aa(1000), 0, 1000), false)
})
