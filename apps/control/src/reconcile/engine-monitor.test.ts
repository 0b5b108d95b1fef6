import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '@sluice/testkit/random'
import { EngineMonitor, hangsAtHello, StartMonitor, type WatchVerdict, watchTickMs } from './engine-monitor.ts'
import type { ProcessLook } from './process-look.ts'

/** A process on a timetable: its state and the CPU that its loop has used by then. */
type Process = (nowMs: number) => ProcessLook | null
const look = (state: string, cpuMs: number): ProcessLook => ({ state, cpuMs, startTicks: 1 })

type Run = { forMs: number; process: Process; hears?: (nowMs: number) => 'figures' | 'answer' | null; wakes?: (nowMs: number) => boolean }

/** Runs control and an engine side by side: the verdicts with their times. `wakes` false: control does not run at that moment. */
function run({ forMs, process, hears = () => null, wakes = () => true }: Run): { atMs: number; verdict: WatchVerdict }[] {
  const watch = new EngineMonitor(0)
  const told: { atMs: number; verdict: WatchVerdict }[] = []
  for (let nowMs = watchTickMs; nowMs <= forMs; nowMs += watchTickMs) {
    if (wakes(nowMs)) told.push({ atMs: nowMs, verdict: watch.tick(nowMs, () => process(nowMs)) })
    const message = hears(nowMs)
    // What comes while control sleeps is read when it wakes, after its timers.
    if (message !== null) watch.heard(message === 'figures')
  }
  return told
}

const firstAt = (told: ReturnType<typeof run>, state: WatchVerdict['state']): number | null =>
  told.find(({ verdict }) => verdict.state === state)?.atMs ?? null

test('an engine that reports each second is up, whatever else is said of its process', () => {
  const told = run({ forMs: 60_000, process: () => look('T', 0), hears: (nowMs) => (nowMs % 1000 === 0 ? 'figures' : null) })
  assert.ok(told.every(({ verdict }) => verdict.state === 'up'))
})

test('three seconds without figures are doubt, and a stopped process is hung at the second look', () => {
  const told = run({ forMs: 10_000, process: () => look('T', 100) })
  assert.deepEqual([firstAt(told, 'silent'), firstAt(told, 'hung')], [3000, 3500])
})

test('a loop that stands still for ten seconds while it uses CPU is hung', () => {
  const told = run({ forMs: 20_000, process: (nowMs) => look('R', nowMs) })
  assert.deepEqual([firstAt(told, 'silent'), firstAt(told, 'hung')], [3000, 10_000])
})

test('a process that sleeps without a timer running is hung after twenty seconds', () => {
  const told = run({ forMs: 30_000, process: () => look('S', 100) })
  assert.equal(firstAt(told, 'hung'), 20_000)
})

test('one that answers is in doubt without its figures, and never hung', () => {
  const told = run({ forMs: 60_000, process: (nowMs) => look('R', nowMs), hears: () => 'answer' })
  assert.equal(firstAt(told, 'silent'), 3000)
  assert.equal(firstAt(told, 'hung'), null)
})

test('one that gets no CPU on a machine under load is never hung, in ten minutes of it', () => {
  // A fortieth of two cores, and its figures late by up to 20 s: runnable at every look.
  const told = run({
    forMs: 600_000,
    process: (nowMs) => look('R', nowMs / 20),
    hears: (nowMs) => (nowMs % 20_000 === 0 ? 'figures' : null),
  })
  assert.ok(told.some(({ verdict }) => verdict.state === 'silent'))
  assert.equal(firstAt(told, 'hung'), null)
})

test('time in which control did not run is no silence of the engine: not when it was stopped, not when the machine was suspended', () => {
  const told = run({
    forMs: 120_000,
    process: (nowMs) => look('R', nowMs),
    hears: (nowMs) => (nowMs % 1000 === 0 ? 'figures' : null),
    wakes: (nowMs) => nowMs < 5000 || nowMs > 65_000,
  })
  assert.ok(told.every(({ verdict }) => verdict.state === 'up'))
})

test('a control that runs only now and then calls no healthy engine hung (seed 11)', () => {
  const random = randomFrom(11)
  for (let i = 0; i < 200; i++) {
    const sharePercent = random.int(2, 99)
    const told = run({
      forMs: 120_000,
      process: (nowMs) => look(random.int(0, 1) === 0 ? 'S' : 'R', nowMs / 3),
      hears: (nowMs) => (nowMs % 1000 === 0 ? 'figures' : null),
      wakes: () => random.int(0, 99) < sharePercent,
    })
    assert.equal(firstAt(told, 'hung'), null)
  }
})

test('where nothing is known of the process nothing is done to it', () => {
  assert.equal(firstAt(run({ forMs: 600_000, process: () => null }), 'hung'), null)
})

/** When a start is given up; null within five minutes. */
function startOverAt(process: Process): number | null {
  const start = new StartMonitor(0)
  for (let nowMs = 0; nowMs <= 300_000; nowMs += 25) if (start.isOver(nowMs, process(nowMs))) return nowMs
  return null
}

test('a start has fifteen seconds, and on a busy machine until it had CPU to start with, two minutes at the latest', () => {
  assert.equal(
    startOverAt(() => null),
    15_000,
  )
  assert.equal(
    startOverAt(() => look('T', 10)),
    15_000,
  )
  assert.equal(
    startOverAt(() => look('S', 10)),
    15_000,
  )
  assert.equal(
    startOverAt((nowMs) => look('R', nowMs)),
    15_000,
  )
  assert.equal(
    startOverAt((nowMs) => look('R', nowMs / 4)),
    40_000,
  )
  assert.equal(
    startOverAt((nowMs) => look('R', nowMs / 40)),
    120_000,
  )
})

test('an engine that listens and says no hello hangs when it is stopped, spins or sleeps, and not when it gets no CPU or is another', () => {
  assert.equal(hangsAtHello(look('S', 0), look('T', 0)), true)
  assert.equal(hangsAtHello(look('R', 0), look('R', 9000)), true)
  assert.equal(hangsAtHello(look('S', 5), look('S', 5)), true)
  assert.equal(hangsAtHello(look('R', 0), look('R', 300)), false)
  assert.equal(hangsAtHello(look('S', 0), { ...look('T', 0), startTicks: 2 }), false)
  assert.equal(hangsAtHello(null, look('T', 0)), false)
})
