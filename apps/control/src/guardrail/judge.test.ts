import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type GuardFacts, judgeGuardrail } from './judge.ts'
import { GuardSlots } from './slots.ts'

const minuteMs = 60_000
const windowMs = 5 * minuteMs

/** A minute of a channel's life: what share was lost, for what share outputs were not live; null: nothing was seen of it. */
type Minute = { loss: number | null; down: number } | null

/** A past of whole minutes, told a second at a time. */
function makePast(minutes: readonly Minute[], startMs = 0): { slots: GuardSlots; nowMs: number } {
  const slots = new GuardSlots(windowMs)
  minutes.forEach((minute, i) => {
    for (let s = 0; minute !== null && s < 60; s++) {
      const fromMs = startMs + i * minuteMs + s * 1000
      const due = minute.loss === null ? 0 : 500
      const lost = due * (minute.loss ?? 0)
      slots.add({ fromMs, toMs: fromMs + 1000, lost, due, downMs: 4000 * minute.down, wantedMs: 4000, fps: 0 })
    }
  })
  return { slots, nowMs: startMs + minutes.length * minuteMs }
}
const times = (count: number, minute: Minute): Minute[] => new Array<Minute>(count).fill(minute)
const judge = (minutes: readonly Minute[], given: Partial<GuardFacts> = {}) =>
  judgeGuardrail({ ...makePast(minutes), running: null, last: null, ...given })

const bad: Minute = { loss: 0.05, down: 0.2 }
const good: Minute = { loss: 0.001, down: 0 }
const starts: { name: string; minutes: Minute[]; does: 'start' | 'nothing' }[] = [
  { name: 'loss and failures over five whole minutes', minutes: times(5, bad), does: 'start' },
  { name: 'four minutes of it', minutes: times(4, bad), does: 'nothing' },
  { name: 'loss alone', minutes: times(5, { loss: 0.05, down: 0 }), does: 'nothing' },
  { name: 'failures alone', minutes: times(5, { loss: 0, down: 0.5 }), does: 'nothing' },
  { name: 'loss of just two percent', minutes: times(5, { loss: 0.02, down: 0.2 }), does: 'nothing' },
  { name: 'failures of just three percent', minutes: times(5, { loss: 0.05, down: 0.03 }), does: 'nothing' },
  { name: 'one good minute among bad ones', minutes: [bad, bad, { loss: 0.01, down: 0.2 }, bad, bad], does: 'nothing' },
  {
    name: 'failures in one minute that make up for the others',
    minutes: [{ loss: 0.05, down: 0.5 }, ...times(4, { loss: 0.05, down: 0 })],
    does: 'start',
  },
  { name: 'a minute that nobody saw', minutes: [bad, bad, null, bad, bad], does: 'nothing' },
  { name: 'a minute without an input', minutes: [bad, bad, { loss: null, down: 0.2 }, bad, bad], does: 'nothing' },
  { name: 'no minute at all', minutes: [], does: 'nothing' },
  { name: 'five bad minutes after a hole', minutes: [...times(3, good), null, ...times(5, bad)], does: 'start' },
]
for (const { name, minutes, does } of starts) {
  test(`${name}: ${does === 'start' ? 'a rollback starts' : 'nothing happens'} [OPS-05]`, () => {
    assert.equal(judge(minutes).decision.do, does)
  })
}

test('the cause says both figures and both limits [OPS-05]', () => {
  const { decision } = judge(times(5, bad))
  assert.ok(decision.do === 'start')
  assert.equal(decision.cause, 'over 5 minutes: 5.0 % of the input lost (limit 2.0 %), outputs down 20.0 % of the time (limit 3.0 %)')
})

const automatic = { atMs: 0, isAutomatic: true, holdWindows: 1 }
const ends: { name: string; minutes: Minute[]; running: GuardFacts['running']; does: 'end' | 'nothing' }[] = [
  { name: 'five stable minutes', minutes: times(5, good), running: automatic, does: 'end' },
  { name: 'four stable minutes', minutes: times(4, good), running: automatic, does: 'nothing' },
  { name: 'minutes from before it began', minutes: times(6, good), running: { ...automatic, atMs: 2 * minuteMs }, does: 'nothing' },
  { name: 'one bad minute among them', minutes: [good, good, { loss: 0.03, down: 0 }, good, good], running: automatic, does: 'nothing' },
  { name: 'failures that go on', minutes: times(5, { loss: 0, down: 0.1 }), running: automatic, does: 'nothing' },
  { name: 'a source that is gone', minutes: times(5, { loss: null, down: 0 }), running: automatic, does: 'nothing' },
  { name: 'nothing seen', minutes: times(5, null), running: automatic, does: 'nothing' },
  { name: 'a rollback by hand', minutes: times(9, good), running: { ...automatic, isAutomatic: false }, does: 'nothing' },
  { name: 'a longer hold, not yet served', minutes: times(9, good), running: { ...automatic, holdWindows: 2 }, does: 'nothing' },
  { name: 'a longer hold, served', minutes: times(10, good), running: { ...automatic, holdWindows: 2 }, does: 'end' },
]
for (const { name, minutes, running, does } of ends) {
  test(`${name}: the rollback ${does === 'end' ? 'ends' : 'stays'} [OPS-06]`, () => {
    assert.equal(judge(minutes, { running }).decision.do, does)
  })
}

test('a rollback soon after one that ended by itself holds twice as long, up to half an hour; a late one, or one after a hand, does not [OPS-06]', () => {
  const held = (holdWindows: number, agoMinutes: number, wasAutomatic = true): number | null => {
    const past = makePast(times(5 + agoMinutes, bad))
    const last = { endedAtMs: past.nowMs - agoMinutes * minuteMs, wasAutomatic, holdWindows }
    const { decision } = judgeGuardrail({ ...past, running: null, last })
    return decision.do === 'start' ? decision.holdWindows : null
  }
  assert.equal(held(1, 4), null, 'the window begins anew after the end of the last one')
  assert.deepEqual([held(1, 5), held(2, 20), held(4, 30), held(6, 10)], [2, 4, 6, 6])
  assert.deepEqual([held(2, 31), held(2, 10, false)], [1, 1])
})

test('minutes are kept for the longest hold and no longer, whatever the length of the show', () => {
  const { slots, nowMs } = makePast(times(200, good))
  assert.ok(slots.all.length <= 34)
  assert.equal(judgeGuardrail({ slots, nowMs, running: { ...automatic, holdWindows: 6 }, last: null }).decision.do, 'end')
})

test('without both figures over their limits in what was seen, no past starts a rollback [OPS-05]', () => {
  const minutes = fc.array(
    fc.oneof(
      fc.constant(null),
      fc.record({ loss: fc.option(fc.double({ min: 0, max: 0.2, noNaN: true })), down: fc.double({ min: 0, max: 1, noNaN: true }) }),
    ),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(minutes, (past) => {
      const window = past.slice(-5)
      const isBad =
        window.length === 5 &&
        window.every((minute) => minute !== null && (minute.loss ?? 0) > 0.02) &&
        window.reduce((sum, minute) => sum + (minute?.down ?? 0), 0) / 5 > 0.03
      const { decision } = judge(past)
      if (decision.do === 'start') assert.ok(isBad)
      if (
        isBad &&
        window.every((minute) => (minute?.loss ?? 0) > 0.0201) &&
        window.reduce((sum, minute) => sum + (minute?.down ?? 0), 0) / 5 > 0.0301
      )
        assert.equal(decision.do, 'start')
    }),
    { numRuns: 60 },
  )
})

test('a clock that goes back or leaps never makes a window [OPS-05]', () => {
  const back = makePast(times(4, bad))
  back.slots.add({ fromMs: 1000, toMs: 2000, lost: 100, due: 500, downMs: 4000, wantedMs: 4000, fps: 0 })
  assert.equal(back.slots.all.length, 0)
  const leap = makePast(times(3, bad))
  leap.slots.add({ fromMs: 3 * minuteMs, toMs: 5 * minuteMs, lost: 900, due: 1000, downMs: 4000, wantedMs: 4000, fps: 0 })
  assert.equal(judgeGuardrail({ slots: leap.slots, nowMs: 5 * minuteMs, running: null, last: null }).decision.do, 'nothing')
})

test('what was stored before a restart and what was seen since make one minute', () => {
  const past = makePast(times(4, bad))
  const half = { startMs: 4 * minuteMs, coveredMs: 30_000, lost: 750, due: 15_000, downMs: 24_000, wantedMs: 120_000, fps: 0 }
  const slots = new GuardSlots(windowMs)
  for (let s = 30; s < 60; s++) {
    const fromMs = 4 * minuteMs + s * 1000
    slots.add({ fromMs, toMs: fromMs + 1000, lost: 25, due: 500, downMs: 800, wantedMs: 4000, fps: 25 })
  }
  slots.restore([...past.slots.all, half])
  assert.equal(slots.newest?.coveredMs, 60_000)
  assert.equal(judgeGuardrail({ slots, nowMs: 5 * minuteMs, running: null, last: null }).decision.do, 'start')
})
