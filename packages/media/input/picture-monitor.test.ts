import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '@sluice/testkit/random'
import { type PictureMeasure, PictureMonitor } from './picture-monitor.ts'

const limits = { blackMs: 4000, freezeMs: 10_000 }
const moving = { mean: 0.4, high: 0.8, change: 0.02, changePeak: 0.3 }
const dark = { mean: 0.001, high: 0.003, change: 0, changePeak: 0 }
const still = { ...moving, change: 0, changePeak: 0.002 }
type Look = Omit<PictureMeasure, 'atMs'>

/** A watch that has seen these pictures, one each `spacingMs`, the first at 0. */
function after(looks: readonly Look[], spacingMs = 2000): { watch: PictureMonitor; nowMs: number } {
  const watch = new PictureMonitor()
  for (const [i, look] of looks.entries()) watch.add({ atMs: i * spacingMs, ...look })
  return { watch, nowMs: (looks.length - 1) * spacingMs }
}

const times = (count: number, look: Look): Look[] => Array.from({ length: count }, () => look)

const cases: [name: string, looks: readonly Look[], want: string | null][] = [
  ['a moving picture has no fault', times(20, moving), null],
  ['black is a fault once it was seen for its whole time', [moving, ...times(3, dark)], 'black'],
  ['black for less is none', [moving, ...times(2, dark)], null],
  ['black that ended is none', [moving, ...times(5, dark), moving], null],
  ['a dark night scene is not black', times(10, { ...moving, mean: 0.04, high: 0.047 }), null],
  ['credits on black are not black', times(10, { ...moving, mean: 0.01, high: 0.26 }), null],
  ['black holds up to its upper edge, once begun', [moving, dark, { ...dark, high: 0.039 }, dark], 'black'],
  ['black does not begin between its edges', [moving, ...times(9, { ...moving, high: 0.035 })], null],
  ['a picture that stands still is frozen after its time', [moving, ...times(5, still)], 'frozen'],
  ['a picture that stood still for less is not', [moving, ...times(4, still)], null],
  ['noise of an encoder does not end a freeze', [moving, still, ...times(5, { ...still, change: 0.0012, changePeak: 0.028 })], 'frozen'],
  ['noise of a camera is life', times(20, { ...still, change: 0.0022 }), null],
  ['the noise of a good camera is life too', times(20, { ...still, change: 0.0012 }), null],
  ['a clock that ticks on a slide is life', times(20, { ...still, changePeak: 0.033 }), null],
  ['a change of size begins anew', [moving, ...times(3, still), { ...still, change: null, changePeak: null }, ...times(3, still)], null],
  ['black is told and not frozen, for it stands still too', [moving, ...times(10, dark)], 'black'],
]
for (const [name, looks, want] of cases) {
  test(name, () => {
    const { watch, nowMs } = after(looks)
    assert.equal(watch.fault(limits, nowMs), want)
  })
}

test('a trigger that is off never acts, and the reading is there all the same', () => {
  const { watch, nowMs } = after(times(20, dark))
  assert.equal(watch.fault({ blackMs: 0, freezeMs: 0 }, nowMs), null)
  assert.deepEqual(watch.read(nowMs), { isBlack: true, luma: 0.001, blackForMs: 38_000, frozenForMs: 38_000 })
})

test('a picture that is overdue is unjudged, and no fault', () => {
  const { watch, nowMs } = after([moving, ...times(3, dark)])
  assert.equal(watch.fault(limits, nowMs + 7000), 'black')
  assert.equal(watch.fault(limits, nowMs + 7001), null)
  assert.equal(watch.read(nowMs + 7001), null)
})

test('what was forgotten counts no more, and a run begins with the next picture', () => {
  const { watch, nowMs } = after(times(20, dark))
  watch.forget()
  assert.equal(watch.fault(limits, nowMs), null)
  watch.add({ atMs: nowMs + 2000, ...dark })
  assert.equal(watch.read(nowMs + 2000)?.blackForMs, 0)
})

test('an absence of the measures is no run', () => {
  const watch = new PictureMonitor()
  watch.add({ atMs: 0, ...dark })
  watch.add({ atMs: 30_001, ...dark })
  assert.equal(watch.fault(limits, 30_001), null)
})

test('answers that come late are left out', () => {
  const { watch, nowMs } = after(times(5, moving))
  for (let i = 0; i < 10; i++) watch.add({ atMs: i * 100, ...dark })
  assert.equal(watch.read(nowMs)?.isBlack, false)
})

test('with any pictures, a fault has at least two pictures of its kind behind it that are its time apart, and none of another kind between (seed 11)', () => {
  const random = randomFrom(11)
  const looks: Look[] = [moving, dark, still]
  let faults = 0
  for (let round = 0; round < 300; round++) {
    const watch = new PictureMonitor()
    const seen: { atMs: number; look: Look }[] = []
    let atMs = 0
    for (let i = 0; i < 30; i++) {
      atMs += random.int(200, 5000)
      const look = looks[random.int(0, 9) < 7 && seen.length > 0 ? looks.indexOf(seen.at(-1)!.look) : random.int(0, 2)]!
      watch.add({ atMs, ...look })
      seen.push({ atMs, look })
      const fault = watch.fault(limits, atMs)
      if (fault === null) continue
      faults++
      const isOf = ({ look: one }: { look: Look }): boolean => (fault === 'black' ? one === dark : one !== moving)
      const begin = seen.findLastIndex((one) => !isOf(one)) + 1
      // The picture before a freeze is the one that the first is alike.
      const sinceMs = seen[fault === 'frozen' ? Math.max(0, begin - 1) : begin]!.atMs
      assert.ok(isOf(seen.at(-1)!) && atMs - sinceMs >= (fault === 'black' ? limits.blackMs : limits.freezeMs), `${fault} at ${atMs}`)
    }
  }
  assert.ok(faults > 500, `${faults} faults`)
})
