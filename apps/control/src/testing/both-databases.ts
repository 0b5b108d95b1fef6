import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe } from 'node:test'
import type { DatabasePlace } from '../db/index.ts'
import { type PostgresCluster, postgresBin, startPostgres } from './postgres-cluster.ts'

/** Makes an empty database of its own with each call. */
export type MakeDatabase = () => Promise<DatabasePlace>

/** Runs one suite on SQLite and on PostgreSQL, each in its own `describe`. Without a PostgreSQL server its half is skipped, and says so. */
export function onBothDatabases(title: string, suite: (makeDatabase: MakeDatabase) => void): void {
  describe(`${title}, SQLite`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-db-'))
    let count = 0
    after(() => rmSync(folder, { recursive: true, force: true }))
    suite(async () => ({ kind: 'sqlite', path: join(folder, `${++count}.db`) }))
  })
  const bin = postgresBin()
  describe(`${title}, PostgreSQL`, { skip: bin === null ? 'no PostgreSQL 15 or newer is installed' : false }, () => {
    let cluster: PostgresCluster | null = null
    let count = 0
    before(async () => {
      cluster = await startPostgres(bin!)
    })
    after(() => cluster?.stop())
    suite(async () => ({ kind: 'postgres', url: await cluster!.createDatabase(`t${++count}`) }))
  })
}
