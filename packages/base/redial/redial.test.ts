import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { Redial, type RetryLimits } from './index.ts'

const endless: RetryLimits = { baseMs: 1000, capMs: 8000, maxAttempts: null, windowMs: 60_000, autoDisable: null }
const settledMs = 30_000

/** A redial whose owner dials when it is due, and what happened in words with its time: `500 dial`. */
function makeStage(options: { draws?: readonly number[]; permits?: readonly number[]; throws?: boolean } = {}) {
  const clock = new FakeClock()
  const log: string[] = []
  const draws = [...(options.draws ?? [])]
  const permits = [...(options.permits ?? [])]
  const redial: Redial = new Redial({
    clock,
    random: () => draws.shift() ?? 1,
    settledMs,
    permit: () => permits.shift() ?? 0,
    onDue() {
      log.push(`${clock.nowMs()} dial`)
      if (options.throws) throw new Error('a fault of the owner')
      redial.begin()
    },
    onFault: () => log.push(`${clock.nowMs()} fault`),
  })
  redial.begin()
  return { clock, redial, log }
}
type Stage = ReturnType<typeof makeStage>

const fail =
  (limits: RetryLimits = endless) =>
  ({ redial, clock, log }: Stage) => {
    const gaveUp = redial.fail(limits)
    if (gaveUp !== null) log.push(`${clock.nowMs()} ${gaveUp}`)
  }
const advance = (ms: number) => (stage: Stage) => stage.clock.advance(ms)
const goodFor = (ms: number) => (stage: Stage) => stage.redial.goodFor(ms)
const cancel = ({ redial }: Stage) => redial.cancel()
const reset = ({ redial }: Stage) => redial.reset()
const begin = ({ redial }: Stage) => redial.begin()

type Case = {
  readonly name: string
  readonly draws?: readonly number[]
  readonly permits?: readonly number[]
  readonly steps: readonly ((stage: Stage) => void)[]
  readonly log: readonly string[]
  /** Attempts, failures in a row, and when the next attempt is due. */
  readonly left: readonly [attempts: number, failuresInARow: number, nextMs: number | null]
}
const three: RetryLimits = { ...endless, maxAttempts: 3, windowMs: 10_000 }
const disabling: RetryLimits = { ...endless, autoDisable: { failures: 2, windowMs: 120_000 } }
const round = [fail(), advance(8000)]

const cases: readonly Case[] = [
  { name: 'the first attempt waits for nothing', steps: [advance(60_000)], log: [], left: [1, 0, null] },
  { name: 'a failure waits for the base delay', steps: [fail(), advance(999)], log: [], left: [1, 1, 1000] },
  {
    name: 'each failure doubles the wait, up to the cap',
    steps: [...round, ...round, ...round, ...round, ...round],
    log: ['1000 dial', '10000 dial', '20000 dial', '32000 dial', '40000 dial'],
    left: [6, 5, null],
  },
  {
    name: 'a draw takes up to the whole wait away, and leaves a tenth of the base',
    draws: [0.5, 0.25, 0],
    steps: [fail(), advance(1000), fail(), advance(1000), fail(), advance(1000)],
    log: ['500 dial', '1500 dial', '2100 dial'],
    left: [4, 3, null],
  },
  {
    name: 'a budget that has nothing left puts the attempt off, with jitter, as often as it has to',
    draws: [1, 0, 0.5],
    permits: [400, 200, 0],
    steps: [fail(), advance(1000), advance(10_000)],
    log: ['1700 dial'],
    left: [2, 1, null],
  },
  {
    name: 'while the budget puts it off, the next attempt is told',
    permits: [400],
    steps: [fail(), advance(1000)],
    log: [],
    left: [1, 1, 1800],
  },
  {
    name: 'the last attempt of the window gives up, and nothing is waited for',
    steps: [fail(three), advance(1000), fail(three), advance(2000), fail(three), advance(60_000)],
    log: ['1000 dial', '3000 dial', '3000 3 attempts within 10 s'],
    left: [3, 3, null],
  },
  {
    name: 'attempts that lie behind the window do not count',
    steps: [fail(three), advance(5000), fail(three), advance(5000), fail(three), advance(5000)],
    log: ['1000 dial', '7000 dial', '14000 dial'],
    left: [4, 3, null],
  },
  {
    name: 'failures that disable give up, whatever good runs lie between them',
    steps: [fail(disabling), advance(1000), goodFor(60_000), fail(disabling)],
    log: ['1000 dial', '1000 2 failures within 2 min'],
    left: [2, 1, null],
  },
  {
    name: 'after a good run the next failure starts at the base delay again',
    steps: [...round, ...round, goodFor(settledMs), fail(), advance(1000)],
    log: ['1000 dial', '10000 dial', '17000 dial'],
    left: [4, 1, null],
  },
  {
    name: 'a run that was good for less changes nothing',
    steps: [...round, ...round, goodFor(settledMs - 1), fail(), advance(3999)],
    log: ['1000 dial', '10000 dial'],
    left: [3, 3, 20_000],
  },
  { name: 'stopped, it dials no more and keeps its count', steps: [fail(), cancel, advance(60_000)], log: [], left: [1, 1, null] },
  {
    name: 'stopped and asked on, it waits as if it had not been stopped',
    steps: [fail(), cancel, begin, fail(), advance(2000)],
    log: ['2000 dial'],
    left: [3, 2, null],
  },
  {
    name: 'armed again, it has a clean sheet',
    steps: [fail(three), advance(1000), fail(three), reset, begin, fail(three), advance(1000)],
    log: ['1000 dial', '2000 dial'],
    left: [2, 1, null],
  },
  { name: 'armed again while it waits, it dials no more by itself', steps: [fail(), reset, advance(60_000)], log: [], left: [0, 0, null] },
  { name: 'an attempt that somebody else begins ends the waiting', steps: [fail(), begin, advance(60_000)], log: [], left: [2, 1, null] },
  {
    name: 'a failure while it waits begins the wait anew',
    steps: [fail(), advance(500), fail(), advance(2000)],
    log: ['2500 dial'],
    left: [2, 2, null],
  },
]
for (const { name, steps, log, left, draws, permits } of cases) {
  test(name, () => {
    const stage = makeStage({ ...(draws === undefined ? {} : { draws }), ...(permits === undefined ? {} : { permits }) })
    for (const step of steps) step(stage)
    const { redial, clock } = stage
    assert.deepEqual(stage.log, log)
    assert.deepEqual([redial.attempts, redial.failuresInARow, redial.nextMs], left)
    assert.equal(clock.pendingTimers, redial.nextMs === null ? 0 : 1)
  })
}

test('an owner that throws while it dials is told of the fault, and the error goes on to the clock', () => {
  const { clock, redial, log } = makeStage({ throws: true })
  redial.fail(endless)
  assert.throws(() => clock.advance(1000), /a fault of the owner/)
  assert.deepEqual(log, ['1000 dial', '1000 fault'])
  assert.deepEqual([redial.nextMs, clock.pendingTimers], [null, 0])
})
