import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { SluiceError } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import { type Database, type DatabasePlace, type JobKind, jobKinds, newId, openDatabase } from '../db/index.ts'
import { onBothDatabases } from '../testing/both-databases.ts'
import { type Job, type JobHandler, Jobs } from './index.ts'
import { claimJob } from './job-rows.ts'

onBothDatabases('jobs', (makeDatabase) => {
  const opened: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close()
  })

  const open = async (place: DatabasePlace): Promise<Database> => {
    const db = await openDatabase(place)
    opened.push(() => db.destroy())
    return db
  }
  const plan = (db: Database, clock: FakeClock, kind: JobKind, subject_id: string, inMs = 0) =>
    db
      .insertInto('job')
      .values({
        ...{ id: newId(), kind, subject_id, workspace_id: null, due_at_ms: clock.wallMs() + inMs, state: 'waiting', attempts: 0 },
        ...{ last_error: null, lease_holder: null, lease_until_ms: null, created_at_ms: 0, finished_at_ms: null },
      })
      .execute()

  /** A control’s jobs. What each kind does is a list of what ran, unless a test says more. */
  function makeJobs(db: Database, clock: FakeClock, own: { readonly [Kind in JobKind]?: JobHandler } = {}) {
    const ran: string[] = []
    const plain: JobHandler = { run: async ({ subjectId }) => void ran.push(subjectId) }
    const handlers = Object.fromEntries(jobKinds.map((kind) => [kind, own[kind] ?? plain])) as { [Kind in JobKind]: JobHandler }
    const jobs = new Jobs({ db, clock, log: silentLogger, handlers, looks: [] })
    opened.push(() => jobs.close())
    return { jobs, ran }
  }
  const rows = (db: Database) => db.selectFrom('job').selectAll().orderBy('subject_id').execute()
  const until = async (clock: FakeClock, isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await isSo()); tries++) {
      assert.ok(tries < 1000, 'it never came to that')
      clock.advance(50)
      await delay(2)
    }
  }

  test('what is due is done once and kept as done, what is not due waits for its time', async () => {
    const [db, clock] = [await open(await makeDatabase()), new FakeClock()]
    await plan(db, clock, 'key.rotate', 'a')
    await plan(db, clock, 'key.overdue', 'b', 3_600_000)
    const { jobs, ran } = makeJobs(db, clock)
    jobs.start('me')
    await until(clock, async () => (await rows(db))[0]?.state === 'done')
    clock.advance(60_000)
    await until(clock, async () => (await rows(db))[1]?.state === 'waiting')
    assert.deepEqual(ran, ['a'])
    clock.advance(3_600_000)
    await until(clock, () => ran.length === 2)
    await until(clock, async () => (await rows(db)).every((row) => row.state === 'done'))
    const [first] = await rows(db)
    assert.deepEqual([first?.attempts, first?.lease_holder, first?.last_error], [1, null, null])
  })

  test('a job that a control left behind in the middle is taken on at its next start, and by another one only when its lease is over', async () => {
    const [db, clock] = [await open(await makeDatabase()), new FakeClock()]
    await plan(db, clock, 'guest.expire', 'a')
    const died = await claimJob(db, 'guest.expire', { id: 'first', runs: [] }, { nowMs: clock.wallMs(), leaseMs: 60_000 })
    assert.equal(died?.attempts, 1)
    const other = makeJobs(db, clock)
    other.jobs.start('second')
    for (let i = 0; i < 20; i++) {
      clock.advance(1000)
      await delay(2)
    }
    assert.deepEqual(other.ran, [])
    await other.jobs.close()
    const again = makeJobs(db, clock)
    again.jobs.start('first')
    await until(clock, () => again.ran.length === 1)
    await until(clock, async () => (await rows(db))[0]?.state === 'done')
    assert.equal((await rows(db))[0]?.attempts, 2)
    await plan(db, clock, 'guest.expire', 'b')
    await claimJob(db, 'guest.expire', { id: 'gone', runs: [] }, { nowMs: clock.wallMs(), leaseMs: 60_000 })
    clock.advance(60_001)
    await until(clock, () => again.ran.includes('b'))
  })

  test('of two controls on one database each job is run by one alone', async () => {
    const place = await makeDatabase()
    const [one, two] = [await open(place), await open(place)]
    const clock = new FakeClock()
    for (let i = 0; i < 40; i++) await plan(one, clock, 'key.rotate', `j${i}`)
    const [a, b] = [makeJobs(one, clock), makeJobs(two, clock)]
    a.jobs.start('a')
    b.jobs.start('b')
    await until(clock, async () => (await rows(one)).every((row) => row.state === 'done'))
    assert.equal(new Set([...a.ran, ...b.ran]).size, 40)
    assert.equal(a.ran.length + b.ran.length, 40)
    assert.ok((await rows(one)).every((row) => row.attempts === 1))
  })

  test('a job that fails is tried again later and later, with what went wrong; one whose subject is gone is done', async () => {
    const [db, clock] = [await open(await makeDatabase()), new FakeClock()]
    await plan(db, clock, 'key.rotate', 'a')
    await plan(db, clock, 'key.overdue', 'b')
    const tries: number[] = []
    const { jobs } = makeJobs(db, clock, {
      'key.rotate': {
        async run() {
          tries.push(clock.wallMs())
          if (tries.length < 4) throw new Error(`no ${tries.length}`)
        },
      },
      'key.overdue': {
        async run() {
          throw new SluiceError('NOT_FOUND', 'operator', 'no such destination')
        },
      },
    })
    jobs.start('me')
    await until(clock, async () => (await rows(db))[0]?.last_error === 'no 1')
    await until(clock, async () => (await rows(db))[0]?.state === 'done')
    const waits = tries.slice(1).map((at, i) => at - tries[i]!)
    assert.ok(waits[0]! >= 5000 && waits[1]! >= 10_000 && waits[2]! >= 20_000, `${waits}`)
    const [failed, gone] = await rows(db)
    assert.deepEqual([failed?.attempts, gone?.state, gone?.attempts], [4, 'done', 1])
  })

  test('a job that was planned anew while it ran is done once more, at its new time', async () => {
    const [db, clock] = [await open(await makeDatabase()), new FakeClock()]
    await plan(db, clock, 'key.rotate', 'a')
    const ran: number[] = []
    const newDueMs = clock.wallMs() + 600_000
    const { jobs } = makeJobs(db, clock, {
      'key.rotate': {
        async run() {
          ran.push(clock.wallMs())
          if (ran.length === 1) await db.updateTable('job').set({ due_at_ms: newDueMs }).where('subject_id', '=', 'a').execute()
        },
      },
    })
    jobs.start('me')
    await until(clock, () => ran.length === 1)
    await until(clock, async () => (await rows(db))[0]?.state === 'waiting')
    clock.advance(600_000)
    await until(clock, async () => (await rows(db))[0]?.state === 'done')
    assert.equal(ran.length, 2)
    assert.ok(ran[1]! >= newDueMs)
  })

  test('what takes minutes runs one by one, keeps its lease, holds up nothing, and is put back when Sluice ends', async () => {
    const [db, clock] = [await open(await makeDatabase()), new FakeClock()]
    for (const id of ['a', 'b']) await plan(db, clock, 'clip.convert', id)
    const begun: string[] = []
    const held = Promise.withResolvers<void>()
    const { jobs, ran } = makeJobs(db, clock, {
      'clip.convert': {
        run({ subjectId }: Job) {
          begun.push(subjectId)
          return held.promise
        },
        isLong: true,
      },
    })
    jobs.start('me')
    await until(clock, () => begun.length === 1)
    await plan(db, clock, 'key.rotate', 'c')
    await until(clock, () => ran.includes('c'))
    const [before] = await rows(db)
    await until(clock, async () => (await rows(db))[0]!.lease_until_ms! > before!.lease_until_ms! + 20_000)
    assert.deepEqual(begun, ['a'])
    await jobs.close()
    const [a, b] = await rows(db)
    assert.deepEqual([a?.state, a?.attempts, a?.lease_holder, b?.state], ['waiting', 0, null, 'waiting'])
  })

  test('a job in which Sluice died again and again is given up', async () => {
    const [db, clock] = [await open(await makeDatabase()), new FakeClock()]
    await plan(db, clock, 'clip.convert', 'a')
    const holder = { id: 'me', runs: [] }
    for (let i = 0; i < 3; i++) assert.ok(await claimJob(db, 'clip.convert', holder, { nowMs: clock.wallMs(), leaseMs: 60_000 }))
    const given: string[] = []
    const { jobs, ran } = makeJobs(db, clock, {
      'clip.convert': {
        run: async () => void ran.push('a'),
        giveUp: async ({ subjectId }) => void given.push(subjectId),
        isLong: true,
        maxAttempts: 3,
      },
    })
    jobs.start('me')
    await until(clock, async () => (await rows(db))[0]?.state === 'failed')
    assert.deepEqual([given, ran], [['a'], []])
    assert.match((await rows(db))[0]?.last_error ?? '', /3 attempts/)
  })

  test('what is done again and again is planned once, also by two controls, and goes on over restarts', async () => {
    const place = await makeDatabase()
    const [one, two] = [await open(place), await open(place)]
    const clock = new FakeClock()
    const own = { 'history.prune': { run: async () => {}, everyMs: 3_600_000 } }
    const [a, b] = [makeJobs(one, clock, own), makeJobs(two, clock, own)]
    a.jobs.start('a')
    b.jobs.start('b')
    await until(clock, async () => (await rows(one)).length === 1)
    clock.advance(3_600_000)
    await until(clock, async () => (await rows(one)).length === 2)
    const states = (await rows(one)).map((row) => row.state).toSorted()
    assert.deepEqual(states, ['done', 'waiting'])
  })

  test('what is done again and again is due by the right clock once a wrong one is corrected', async () => {
    const [db, clock] = [await open(await makeDatabase()), new FakeClock()]
    await plan(db, clock, 'history.prune', 'all', 3650 * 86_400_000)
    const { jobs, ran } = makeJobs(db, clock, { 'history.prune': { run: async () => void ran.push('pruned'), everyMs: 3_600_000 } })
    jobs.start('me')
    await until(clock, async () => ((await rows(db))[0]?.due_at_ms ?? 0) < clock.wallMs() + 3_600_001)
    clock.advance(3_600_000)
    await until(clock, () => ran.length === 1)
  })
})
