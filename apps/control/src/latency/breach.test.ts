import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { breachHoldMs, nextBreach, noBreach } from './breach.ts'

/** Plays one reading a second; tells the seconds at which something was said. */
function play(readings: readonly (boolean | null)[]): string[] {
  let state = noBreach
  return readings.flatMap((isOver, second) => {
    const next = nextBreach(state, isOver, second * 1000)
    state = next.state
    return next.change === null ? [] : [`${second} ${next.change}`]
  })
}
const seconds = (count: number, isOver: boolean | null): (boolean | null)[] => new Array<boolean | null>(count).fill(isOver)

test('a breach is told after 30 s over the budget without a break, and its end after 30 s within it [LAT-01]', () => {
  assert.deepEqual(play([...seconds(29, true), false, ...seconds(31, true)]), ['60 breached'])
  assert.deepEqual(play([...seconds(40, true), ...seconds(20, false), true, ...seconds(40, false)]), ['30 breached', '91 recovered'])
  assert.deepEqual(play([...seconds(40, true), ...seconds(40, null)]), ['30 breached', '70 recovered'])
  assert.deepEqual(play(seconds(100, null)), [])
})

test('breach and recovery come in turn and never closer than the hold [LAT-01]', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(true, false, null), fc.integer({ min: 1, max: 60 })), { maxLength: 30 }), (runs) => {
      const told = play(runs.flatMap(([isOver, count]) => seconds(count, isOver))).map((line) => line.split(' '))
      told.forEach(([second, change], i) => {
        assert.equal(change, i % 2 === 0 ? 'breached' : 'recovered')
        if (i > 0) assert.ok(Number(second) - Number(told[i - 1]![0]) >= breachHoldMs / 1000)
      })
    }),
  )
})
