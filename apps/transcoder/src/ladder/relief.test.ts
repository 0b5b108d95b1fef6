import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LateGate } from './late-gate.ts'
import { ReliefLevel, windowMs } from './relief-level.ts'
import { loadsLeft, type PricedRung, planRelief, reliefAt } from './relief-steps.ts'

const priced = (
  slot: number,
  height: number,
  preset: PricedRung['video']['preset'] = 'veryfast',
  codec: 'h264' | 'av1' = 'h264',
): PricedRung => ({
  slot,
  video: { codec, width: (height * 16) / 9, height, fps: { num: 30, den: 1 }, preset },
})
const ladder = [priced(1, 720), priced(2, 480), priced(3, 360)]

const orders: { name: string; rungs: PricedRung[]; steps: string[] }[] = [
  { name: 'three rungs', rungs: ladder, steps: ['preset 1,2,3', 'half 3', 'half 2,1', 'preset 1,2,3', 'off 3', 'off 2'] },
  { name: 'one rung', rungs: [priced(7, 720)], steps: ['preset 7', 'half 7', 'preset 7'] },
  { name: 'a rung at the cheapest preset', rungs: [priced(1, 720, 'ultrafast')], steps: ['half 1'] },
  {
    name: 'AV1, whose presets change what leaves',
    rungs: [priced(1, 720, 'veryfast', 'av1'), priced(2, 360)],
    steps: ['preset 2', 'half 2', 'half 1', 'preset 2', 'off 2'],
  },
  { name: 'nothing', rungs: [], steps: [] },
]
for (const { name, rungs, steps } of orders) {
  test(`relief of ${name} goes ${steps.join(', ') || 'nowhere'}`, () => {
    assert.deepEqual(
      planRelief(rungs).map(({ kind, slots }) => `${kind} ${slots.join()}`),
      steps,
    )
  })
}

test('each step saves something, and the first rung is never off', () => {
  const rungs = fc.uniqueArray(
    fc.tuple(fc.constantFrom(240, 360, 480, 720, 1080), fc.constantFrom('ultrafast', 'superfast', 'veryfast', 'faster')),
    {
      selector: ([height]) => height,
      minLength: 1,
      maxLength: 5,
    },
  )
  fc.assert(
    fc.property(rungs, (wishes) => {
      const steps = planRelief(wishes.map(([height, preset], i) => priced(i, height, preset as 'veryfast')))
      const left = loadsLeft(steps)
      for (let i = 1; i < left.length; i++) assert.ok(left[i]! < left[i - 1]! && left[i]! > 0, left.join())
      assert.ok(reliefAt(steps, steps.length).get(0)?.isOff !== true)
    }),
  )
})

/** Windows of a machine whose load without relief is `load`, from `fromMs` to `toMs`. */
function run(relief: ReliefLevel, left: readonly number[], load: number, fromMs: number, toMs: number): number[] {
  const levels: number[] = []
  for (let nowMs = fromMs; nowMs < toMs; nowMs += windowMs) {
    const asked = load * left[relief.level]!
    relief.note(nowMs, { busy: Math.min(1, asked), lateMs: asked > 1 ? 200 : 25 })
    levels.push(relief.level)
  }
  return levels
}

test('an overload is met within two windows, and full quality is back after the hold', () => {
  const relief = new ReliefLevel()
  const left = loadsLeft(planRelief(ladder))
  relief.setSteps(left)
  assert.equal(run(relief, left, 0.6, 0, 5000).at(-1), 0)
  const levels = run(relief, left, 1.3, 5000, 60_000)
  assert.equal(levels[0], 1, 'the first window is enough')
  assert.ok(levels.at(-1)! <= 2 && levels.at(-1)! >= 1, levels.join())
  assert.equal(run(relief, left, 0.5, 60_000, 100_000).at(-1), 0)
})

test('several steps are given back at once where all of them are predicted to fit, fewer where they are not', () => {
  const left = [1, 0.8, 0.6, 0.4, 0.3]
  for (const { load, level } of [
    { load: 0.5, level: 0 },
    { load: 1.1, level: 2 },
  ]) {
    const relief = new ReliefLevel()
    relief.setSteps(left)
    for (let i = 0; i < 4; i++) relief.note(i * windowMs, { busy: 1, lateMs: 300 })
    assert.equal(relief.level, 4)
    const levels = run(relief, left, load, 2000, 13_000)
    assert.deepEqual([...new Set(levels)], [4, level])
  }
})

test('a machine that stays too small is not tried again and again', () => {
  const relief = new ReliefLevel()
  const left = [1, 0.5]
  relief.setSteps(left)
  let changes = 0
  for (let nowMs = 0, before = 0; nowMs < 600_000; nowMs += windowMs) {
    // Half the load is quiet, the whole is late: each try is a relapse.
    relief.note(nowMs, relief.level === 0 ? { busy: 1, lateMs: 300 } : { busy: 0.35, lateMs: 10 })
    if (relief.level !== before) changes++
    before = relief.level
  }
  assert.ok(changes <= 16, `${changes} changes in ten minutes`)
})

test('a load that is predicted not to fit one level below stays where it is', () => {
  const relief = new ReliefLevel()
  relief.setSteps([1, 0.6])
  relief.note(0, { busy: 1, lateMs: 300 })
  for (let nowMs = 500; nowMs < 120_000; nowMs += windowMs) relief.note(nowMs, { busy: 0.55, lateMs: 10 })
  assert.equal(relief.level, 1)
})

test('work ahead of the clock is no overload, and neither is silence', () => {
  const relief = new ReliefLevel()
  relief.setSteps([1, 0.6])
  for (const window of [
    { busy: 1, lateMs: -3000 },
    { busy: 1, lateMs: null },
    { busy: 0, lateMs: null },
  ])
    relief.note(0, window)
  assert.equal(relief.level, 0)
})

test('pictures that are late are left out, and one a second is not: late is better than nothing for the rest of the show [TRN-08]', () => {
  const gate = new LateGate()
  assert.deepEqual(
    Array.from({ length: 100 }, (_, i) => gate.lets(40, i * 40)).filter((isLet) => !isLet),
    [],
  )
  const late = Array.from({ length: 250 }, (_, i) => gate.lets(900, 4000 + i * 40))
  assert.equal(late.filter(Boolean).length, 10, 'ten seconds, ten pictures')
  assert.equal(gate.lets(100, 14_040), true)
})
