import {
  type Dialect,
  type DialectAdapter,
  type Driver,
  PostgresAdapter,
  PostgresDialect,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { openBoundedPool } from './bounded-pool.ts'
import { GuardedDriver } from './guard.ts'
import { SqliteDriver } from './sqlite-driver.ts'

/** The driver queues callers itself: Kysely's own queue would stand before the guard, and a wrong handle would hang in it. */
class QueueingSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
  /** SQLite's schema changes are transactional: a migration is applied whole or not at all. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** The embedded database: one file, one worker thread. */
export function sqliteDialect(path: string): Dialect {
  return {
    createDriver: () => new GuardedDriver(new SqliteDriver(path)),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new QueueingSqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/** A query that takes longer is ended: whoever waits for it is told. */
const queryLimitMs = 6000

/** PostgreSQL 15 or newer, with int8 read as a number. `isUnlimited`: for changes of the schema. */
export class GuardedPostgresDialect extends PostgresDialect {
  constructor(url: string, isUnlimited = false) {
    super({ pool: async () => openBoundedPool({ url, queryLimitMs: isUnlimited ? null : queryLimitMs }) })
  }

  override createDriver(): Driver {
    return new GuardedDriver(super.createDriver())
  }
  override createAdapter(): DialectAdapter {
    return new PostgresAdapter()
  }
}
