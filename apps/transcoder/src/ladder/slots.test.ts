import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PicturePacer } from './picture-pacer.ts'
import { placeInGop, SlotGrid } from './slot-grid.ts'

const rates = [
  { num: 25, den: 1 },
  { num: 30, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 60_000, den: 1001 },
  { num: 24_000, den: 1001 },
  { num: 50, den: 1 },
]
const rateOf = fc.constantFrom(...rates)

test('slots neither drift nor lose a tick, for years', () => {
  fc.assert(
    fc.property(
      rateOf,
      fc.integer({ min: -1_000_000, max: 10_000_000_000 }),
      fc.integer({ min: 0, max: 2 ** 40 }),
      (rate, slot, zeroDts) => {
        const grid = new SlotGrid(zeroDts, rate)
        const exact = Number((BigInt(slot) * 90_000n * BigInt(rate.den) * 2n + BigInt(rate.num)) / (2n * BigInt(rate.num)))
        assert.ok(Math.abs(grid.dtsOf(slot) - zeroDts - exact) <= 1)
        assert.equal(grid.firstFrom(grid.dtsOf(slot)), slot)
        assert.equal(grid.firstFrom(grid.dtsOf(slot) + 1), slot + 1)
      },
    ),
  )
})

const gops: { rate: { num: number; den: number }; gopMs: number; slots: number; ticks: number }[] = [
  { rate: { num: 30_000, den: 1001 }, gopMs: 2000, slots: 60, ticks: 180_180 },
  { rate: { num: 60_000, den: 1001 }, gopMs: 2000, slots: 120, ticks: 180_180 },
  { rate: { num: 25, den: 1 }, gopMs: 2000, slots: 50, ticks: 180_000 },
  { rate: { num: 30, den: 1 }, gopMs: 1000, slots: 30, ticks: 90_000 },
]
for (const { rate, gopMs, slots, ticks } of gops) {
  test(`a GOP of ${gopMs} ms at ${rate.num}/${rate.den} is ${slots} slots`, () => {
    const grid = new SlotGrid(77, rate)
    assert.equal(grid.gopSlots(gopMs), slots)
    assert.equal(grid.dtsOf(slots) - 77, ticks)
    assert.equal(placeInGop(-slots, slots), 0)
    assert.equal(placeInGop(-1, slots), slots - 1)
  })
}

/** Which picture each slot shows, as the pacer says. */
function paced(pacer: PicturePacer, pictures: readonly number[]): { slots: number[]; shown: number[] } {
  const slots: number[] = []
  const shown: number[] = []
  let before = Number.NaN
  for (const pts of pictures) {
    const { repeats, slot } = pacer.offer(pts)
    for (let at = repeats.at; at < repeats.end; at++) {
      slots.push(at)
      shown.push(before)
    }
    before = pts
    if (slot === null) continue
    slots.push(slot)
    shown.push(pts)
  }
  return { slots, shown }
}
const grid30 = new SlotGrid(0, { num: 30, den: 1 })
const row = (count: number, of: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => of(i))

test('every slot is filled once and in order, whatever comes', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 6000 }), fc.integer({ min: 1, max: 400_000 })), {
    minLength: 2,
    maxLength: 200,
  })
  fc.assert(
    fc.property(rateOf, steps, fc.integer({ min: 0, max: 100_000 }), (rate, ticks, start) => {
      const pacer = new PicturePacer(new SlotGrid(0, rate))
      let pts = start
      const pictures = ticks.map((step) => (pts += step))
      const { slots, shown } = paced(pacer, pictures)
      for (let i = 1; i < slots.length; i++) assert.equal(slots[i], slots[i - 1]! + 1)
      // No picture is shown before another that is older, and none more than a slot early.
      slots.forEach((slot, i) => {
        assert.ok(i === 0 || shown[i]! >= shown[i - 1]!)
        assert.ok(shown[i]! <= pacer.grid.dtsOf(slot) + pacer.grid.slotTicks * 0.5)
      })
    }),
  )
})

test('a source of the same rate shows each picture once, whatever its phase and with times rounded to milliseconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3000 }), (phase) => {
      const pictures = row(300, (i) => Math.round((i * 3000 + phase) / 90) * 90)
      const { shown } = paced(new PicturePacer(grid30), pictures)
      const repeated = shown.filter((pts, i) => i > 0 && pts === shown[i - 1]).length
      // One at most, while it finds the phase.
      assert.ok(repeated <= 1 && shown.length >= 298, `phase ${phase}: ${repeated} repeated, ${shown.length} shown`)
    }),
  )
})

test('60 frames a second to 30 takes every second one', () => {
  const { shown } = paced(
    new PicturePacer(grid30),
    row(200, (i) => i * 1500),
  )
  assert.deepEqual([...new Set(shown.slice(1).map((pts, i) => pts - shown[i]!))], [3000])
})

test('a source of 15 frames a second shows each twice', () => {
  const { shown } = paced(
    new PicturePacer(grid30),
    row(100, (i) => i * 6000),
  )
  for (let i = 2; i < shown.length; i += 2) assert.equal(shown[i], shown[i - 1]! + 6000)
})

test('a stalled source repeats its last picture, and goes on in step', () => {
  const pacer = new PicturePacer(grid30)
  paced(
    pacer,
    row(10, (i) => i * 3000),
  )
  assert.deepEqual(pacer.repeatUntil(60_000), { at: 10, end: 21 })
  assert.deepEqual(pacer.repeatUntil(59_000), { at: 21, end: 21 })
  assert.deepEqual(pacer.offer(63_000), { repeats: { at: 21, end: 21 }, slot: 21 })
})

test('a hole of minutes is not filled', () => {
  const pacer = new PicturePacer(grid30)
  pacer.offer(0)
  const { repeats, slot } = pacer.offer(90_000 * 600)
  assert.equal(repeats.end - repeats.at, 0)
  assert.equal(slot, 18_000)
})
