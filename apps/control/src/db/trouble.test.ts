import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { SluiceError } from '@sluice/base/errors'
import { sql } from 'kysely'
import pg from 'pg'
import { postgresBin, startPostgres } from '../testing/postgres-cluster.ts'
import { databaseTroubles, troubleOf, troubleSentences } from './failures.ts'
import { commit, type Database, openDatabase, probeWrite } from './index.ts'
import { sqliteError } from './sqlite-lane.ts'

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})
const bin = postgresBin()
const needsPostgres = { skip: bin === null ? 'no PostgreSQL 15 or newer is installed' : false }

for (const [errcode, trouble] of [
  [5, 'busy'],
  [261, 'busy'],
  [517, 'busy'],
  [6, 'busy'],
  [8, 'read-only'],
  [1032, 'read-only'],
  [10, 'fault'],
  [266, 'fault'],
  [4874, 'fault'],
  [11, 'fault'],
  [13, 'full'],
  [14, 'fault'],
  [26, 'fault'],
  [1, null],
  [19, null],
  [2067, null],
] as const) {
  test(`SQLite's result code ${errcode} is ${trouble ?? 'no trouble of the database'}`, () => {
    assert.equal(troubleOf(sqliteError(errcode, 'x')), trouble)
  })
}

for (const [code, trouble] of [
  ['53100', 'full'],
  ['53300', 'busy'],
  ['55P03', 'busy'],
  ['57014', 'busy'],
  ['25006', 'read-only'],
  ['58030', 'fault'],
  ['57P01', 'unreachable'],
  ['08006', 'unreachable'],
  ['ECONNREFUSED', 'unreachable'],
  ['ECONNRESET', 'unreachable'],
  ['23505', null],
  ['40001', null],
  ['22021', null],
] as const) {
  test(`PostgreSQL's or the network's ${code} is ${trouble ?? 'no trouble of the database'}`, () => {
    assert.equal(troubleOf(Object.assign(new Error('x'), { code })), trouble)
  })
}

test('each trouble says what it means for the show, and a fault of ours is none', () => {
  for (const trouble of databaseTroubles) assert.match(troubleSentences[trouble], /[Ss]treams are not affected/)
  assert.equal(troubleOf(new SluiceError('DB_QUERY', 'dependency', 'SQLite: near "selekt": syntax error (code 1)')), null)
})

async function openCluster(): Promise<{ db: Database; cluster: Awaited<ReturnType<typeof startPostgres>>; outside: Database }> {
  const cluster = await startPostgres(bin!)
  opened.push(() => cluster.stop())
  const url = await cluster.createDatabase('faults')
  const db = await openDatabase({ kind: 'postgres', url })
  opened.push(() => db.destroy())
  const outside = await openDatabase({ kind: 'postgres', url })
  opened.push(() => outside.destroy())
  return { db, cluster, outside }
}

const row = (name: string) => ({ name, value: 'x' })
const names = async (db: Database): Promise<string[]> =>
  (await db.selectFrom('deployment').select('name').where('name', 'like', 'n%').orderBy('name').execute()).map(({ name }) => name)

test(
  'a connection that is cut in the middle of a transaction is an answer, leaves nothing half done, and the next transaction works',
  needsPostgres,
  async () => {
    const { db, cluster } = await openCluster()
    // Not by a handle of ours, which is refused inside a transaction.
    const outside = new pg.Client({ connectionString: cluster.url('faults') })
    await outside.connect()
    opened.push(() => outside.end())
    for (let i = 0; i < 5; i++) {
      const cut = commit(db, async (tx) => {
        await tx
          .insertInto('deployment')
          .values(row(`n${i}`))
          .execute()
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
        await outside.query('select pg_terminate_backend($1)', [rows[0]!.pid])
        await tx
          .insertInto('deployment')
          .values(row(`n${i}-late`))
          .execute()
      })
      await assert.rejects(cut, (error: unknown) => troubleOf(error) === 'unreachable')
    }
    assert.deepEqual(await names(db), [])
    await commit(db, (tx) => tx.insertInto('deployment').values(row('n')).execute())
    assert.deepEqual(await names(db), ['n'])
  },
)

test('idle and lent connections survive a restart of the server: no error is left without a listener', needsPostgres, async () => {
  const { db, cluster } = await openCluster()
  await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      db
        .insertInto('deployment')
        .values(row(`n${i}`))
        .execute(),
    ),
  )
  {
    const long = Promise.allSettled(Array.from({ length: 6 }, () => sql`select pg_sleep(30)`.execute(db)))
    while ((await busyBackends(db)) < 6) await setImmediate()
    await cluster.restart('immediate')
    for (const outcome of await long) assert.equal(outcome.status === 'rejected' && troubleOf(outcome.reason), 'unreachable')
    for (;;) {
      const isBack = await probeWrite(db, 1).then(
        () => true,
        () => false,
      )
      if (isBack) break
    }
    assert.equal((await names(db)).length, 8)
  }
})

async function busyBackends(db: Database): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) as count from pg_stat_activity where query like 'select pg_sleep%'`.execute(
    db,
  )
  return Number(rows[0]?.count)
}

test('a server that is frozen ends every query in bounded time, and is used again once it goes on', needsPostgres, async () => {
  const { db, cluster } = await openCluster()
  await probeWrite(db, 1)
  cluster.freeze()
  const startMs = performance.now()
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => probeWrite(db, i)))
  const tookMs = performance.now() - startMs
  cluster.thaw()
  for (const outcome of outcomes) assert.equal(outcome.status === 'rejected' && troubleOf(outcome.reason), 'unreachable')
  assert.ok(tookMs < 12_000, `${Math.round(tookMs)} ms`)
  const thawedMs = performance.now()
  for (let isBack = false; !isBack; ) {
    isBack = await probeWrite(db, 2).then(
      () => true,
      () => false,
    )
    assert.ok(performance.now() - thawedMs < 20_000, 'it is used again')
  }
})

test('a server that only reads is read, and says so when it is to write', needsPostgres, async () => {
  const { db, outside } = await openCluster()
  await sql`alter database faults set default_transaction_read_only = on`.execute(outside)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = 'faults'`.execute(outside)
  for (let isBack = false; !isBack; ) {
    isBack = await names(db).then(
      () => true,
      () => false,
    )
  }
  await assert.rejects(probeWrite(db, 1), (error: unknown) => troubleOf(error) === 'read-only')
  assert.deepEqual(await names(db), [])
})
