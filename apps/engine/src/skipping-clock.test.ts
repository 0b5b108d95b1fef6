import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { SkippingClock } from './skipping-clock.ts'

function makeStage() {
  const machine = new FakeClock(1000)
  const clock = new SkippingClock(machine)
  const ran: string[] = []
  const after = (delayMs: number) => clock.after(delayMs, () => ran.push(`${delayMs}`))
  return { machine, clock, ran, after }
}

test('a skip runs what falls due in it, in turn and once', () => {
  const { machine, clock, ran, after } = makeStage()
  for (const delayMs of [300, 50, 200]) after(delayMs)
  clock.skip(200)
  assert.deepEqual([ran, clock.nowMs()], [['50', '200'], 1200])
  machine.advance(100)
  assert.deepEqual([ran, clock.nowMs()], [['50', '200'], 1300])
  machine.advance(200)
  assert.deepEqual([ran, machine.pendingTimers], [['50', '200', '300'], 0])
})

test('without a skip timers run by the clock behind it', () => {
  const { machine, ran, after } = makeStage()
  after(50)
  machine.advance(50)
  assert.deepEqual([ran, machine.pendingTimers], [['50'], 0])
})

test('a timer that was cancelled runs neither by a skip nor by the clock behind it, and one that a skipped timer cancels does not run', () => {
  const { machine, clock, ran, after } = makeStage()
  after(50).cancel()
  const late = after(70)
  clock.after(60, () => late.cancel())
  clock.skip(100)
  machine.advance(1000)
  assert.deepEqual([ran, machine.pendingTimers], [[], 0])
})

test('a timer that sets itself again runs once a skip at the most', () => {
  const { clock } = makeStage()
  let runs = 0
  const again = (): void => {
    runs++
    clock.after(0, again)
  }
  again()
  for (let i = 0; i < 3; i++) clock.skip(10)
  assert.equal(runs, 4)
})
