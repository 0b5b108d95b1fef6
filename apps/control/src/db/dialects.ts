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
import pg from 'pg'
import { GuardedDriver } from './guard.ts'
import { SqliteDriver } from './sqlite-driver.ts'

/** PostgreSQL type id of int8. All whole numbers of ours are below 2^53. */
const int8TypeId = 20
const connectTimeoutMs = 5000

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

/** PostgreSQL 15 or newer, with int8 read as a number. */
export class GuardedPostgresDialect extends PostgresDialect {
  constructor(databaseUrl: string) {
    const getTypeParser = ((typeId: number, format?: 'text') =>
      typeId === int8TypeId ? Number : pg.types.getTypeParser(typeId, format)) as typeof pg.types.getTypeParser
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      connectionTimeoutMillis: connectTimeoutMs,
      max: 8,
      types: { getTypeParser },
    })
    // An idle connection that the server closes raises here; the pool replaces it, and the next query says what is wrong.
    pool.on('error', () => {})
    super({ pool })
  }

  override createDriver(): Driver {
    return new GuardedDriver(super.createDriver())
  }
  override createAdapter(): DialectAdapter {
    return new PostgresAdapter()
  }
}
