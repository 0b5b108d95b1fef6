import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { type Database, openDatabase } from '../db/index.ts'
import { testDatabaseUrl } from '../testing/postgres-database.ts'
import { HistoryClock } from './history-clock.ts'
import { dropOld } from './retention.ts'

const day = 24 * 60 * 60 * 1000
let folder: string
let db: Database
let said: string[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-clock-'))
  const url = await testDatabaseUrl(folder)
  db = await openDatabase(url === undefined ? { kind: 'sqlite', path: join(folder, 'x.db') } : { kind: 'postgres', url })
  said = []
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

/** The machine, whose wall clock may be ahead or behind; `start` is a start of control on it. */
function makeMachine() {
  const clock = new FakeClock()
  const machine = {
    aheadMs: 0,
    rightMs: () => clock.wallMs(),
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs() + machine.aheadMs,
    after: clock.after.bind(clock),
    advance: (ms: number) => clock.advance(ms),
  }
  const start = (): HistoryClock =>
    new HistoryClock({ db, clock: machine, onDoubt: ({ name, message }) => said.push(`${name}: ${message}`) })
  /** Runs for so long, and reads the clock each hour as the clean-up does. The last time that ages may be counted to. */
  const run = async (history: HistoryClock, days: number): Promise<number> => {
    let untilMs = await history.read()
    for (let hours = 0; hours < days * 24; hours += 6) {
      clock.advance(day / 4)
      untilMs = await history.read()
    }
    return untilMs
  }
  return { machine, start, run }
}

const storeEvent = (atMs: number) =>
  db
    .insertInto('event')
    .values({
      ...{ workspace_id: null, channel_id: null, subject_id: null, at_ms: atMs, name: 'engine.started', severity: 'info' as const },
      ...{ message: 'm', data: '{}', engine_run_id: null, engine_seq: null },
    })
    .execute()
const eventCount = async (): Promise<number> => (await db.selectFrom('event').select('seq').execute()).length

test('a clock that runs as it should is the time that ages are counted to, and so it is after two weeks off', async () => {
  const { machine, start, run } = makeMachine()
  assert.equal(await run(start(), 20), machine.wallMs())
  machine.advance(14 * day)
  assert.equal(await start().read(), machine.wallMs())
  assert.deepEqual(said, [])
})

test('a year that is wrong when Sluice starts deletes nothing, also over restarts, and is said once', async () => {
  const { machine, start, run } = makeMachine()
  await run(start(), 1)
  await storeEvent(machine.rightMs() - 30 * day)
  const rightMs = machine.rightMs()
  machine.aheadMs = 3650 * day
  const wrong = start()
  assert.equal(await wrong.read(), rightMs)
  await storeEvent(machine.wallMs())
  await dropOld(db, await run(wrong, 3))
  await dropOld(db, await run(start(), 3))
  assert.equal(await eventCount(), 2)
  assert.equal(said.length, 1)
  assert.match(
    said[0] ?? '',
    /^clock\.doubted: The clock of this machine jumped from 2023-11-\S+ to 2033-11-\S+\. .* until 2033-\S+ by this clock\./,
  )

  // Set right: nothing is in doubt any more, and the next wrong year is said again.
  machine.aheadMs = 0
  assert.equal(await start().read(), machine.wallMs())
  assert.equal(said.length, 1)
  machine.aheadMs = 3650 * day
  await start().read()
  assert.equal(said.length, 2)
})

test('a wrong year at the first start that keeps what is known is found by the last event', async () => {
  const { machine, start } = makeMachine()
  await storeEvent(machine.rightMs() - day)
  machine.aheadMs = 3650 * day
  assert.equal(await start().read(), machine.rightMs() - day)
})

test('a machine that starts without a clock loses nothing then, nor when its clock is set right', async () => {
  const { machine, start, run } = makeMachine()
  await run(start(), 1)
  await storeEvent(machine.rightMs())
  const rightMs = machine.rightMs()
  machine.aheadMs = -19_000 * day
  const history = start()
  assert.equal(await history.read(), machine.wallMs())
  await dropOld(db, await run(history, 1))
  machine.aheadMs = 0
  await dropOld(db, await history.read())
  assert.equal(await start().read(), machine.wallMs())
  assert.ok(machine.wallMs() > rightMs)
  assert.deepEqual([await eventCount(), said.length], [1, 1])
})

test('a machine that was off for months ages its history again after two weeks on that time', async () => {
  const { machine, start, run } = makeMachine()
  await run(start(), 1)
  const lastMs = machine.wallMs()
  machine.advance(120 * day)
  const back = start()
  assert.equal(await run(back, 13), lastMs)
  assert.equal(await run(back, 1), machine.wallMs())
  assert.equal(said.length, 1)
})

test('a new machine whose clock is set at its first minute has its time after two weeks', async () => {
  const { machine, start, run } = makeMachine()
  machine.aheadMs = -19_000 * day
  const history = start()
  await history.read()
  machine.aheadMs = 0
  await run(history, 14)
  assert.equal(await start().read(), machine.wallMs())
  assert.equal(said.length, 1)
})

test('a wall clock that jumps while Sluice runs makes nothing old', async () => {
  const { machine, start } = makeMachine()
  const history = start()
  await history.read()
  const rightMs = machine.rightMs()
  machine.aheadMs = 3650 * day
  assert.equal(await history.read(), rightMs)
  machine.aheadMs = 10 * day
  assert.equal(await history.read(), rightMs + day)
  machine.aheadMs = -3650 * day
  assert.equal(await history.read(), machine.wallMs())
})
