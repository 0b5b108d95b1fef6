import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { HealthTick, type Watched } from './health-tick.ts'

test('one timer looks at all four times a second, and there is none while there is nothing to look at', () => {
  const clock = new FakeClock()
  const tick = new HealthTick(clock)
  const looks: string[] = []
  const watched = ['a', 'b'].map((name): Watched => ({ look: (nowMs) => looks.push(`${name} ${nowMs}`), onFault: () => {} }))
  const startMs = clock.nowMs()
  for (const one of watched) tick.add(one)
  assert.equal(clock.pendingTimers, 1)
  clock.advance(500)
  assert.deepEqual(
    looks,
    [250, 500].flatMap((ms) => ['a', 'b'].map((name) => `${name} ${startMs + ms}`)),
  )
  for (const one of watched) tick.delete(one)
  assert.equal(clock.pendingTimers, 0)
})

test('one that throws is ended, the others are looked at, and the throw reaches the owner of the clock', () => {
  const clock = new FakeClock()
  const tick = new HealthTick(clock)
  let looks = 0
  const bad: Watched = {
    look: () => {
      throw new Error('no such field')
    },
    onFault: () => tick.delete(bad),
  }
  tick.add(bad)
  tick.add({ look: () => looks++, onFault: () => {} })
  assert.throws(() => clock.advance(250), /no such field/)
  clock.advance(250)
  assert.equal(looks, 2)
})
