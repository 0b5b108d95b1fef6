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

test('turns of the programme bring the looks when they are due, and then no timer runs', () => {
  const clock = new FakeClock()
  const tick = new HealthTick(clock)
  const looks: number[] = []
  const watched: Watched = { look: (nowMs) => looks.push(nowMs), onFault: () => {} }
  tick.beforeTurn(1e6)
  tick.add(watched)
  for (let ms = 40; ms <= 800; ms += 40) {
    clock.advance(40)
    const before = looks.length
    assert.notEqual(looks.at(-1), clock.nowMs(), 'a timer ran')
    tick.beforeTurn(clock.nowMs())
    if (ms < 250) assert.equal(looks.length, before)
  }
  assert.deepEqual(looks, [280, 560])
  clock.advance(1000)
  assert.deepEqual(looks.slice(2), [860, 1160, 1410, 1660], 'without turns the timer has them')
  tick.delete(watched)
  tick.beforeTurn(clock.nowMs() + 1e6)
  assert.deepEqual([looks.length, clock.pendingTimers], [6, 0])
})
