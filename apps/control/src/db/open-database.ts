import { join } from 'node:path'
import { messageOf, SluiceError } from '@sluice/base/errors'
import { Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { GuardedPostgresDialect, sqliteDialect } from './dialects.ts'
import { troubleOf } from './failures.ts'
import { migrations } from './migrations/index.ts'
import type { Database, Tables } from './tables/index.ts'

const oldestPostgres = 150_000

export type DatabasePlace = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string }

/** Which database the settings mean. */
export const databasePlace = (dataDir: string, databaseUrl: string | null): DatabasePlace =>
  databaseUrl === null ? { kind: 'sqlite', path: join(dataDir, 'sluice.db') } : { kind: 'postgres', url: databaseUrl }

/**
 * Opens the database and brings its schema up to date; without `migrates` it is only looked at whether it is, because a Sluice of another
 * version may be at work on it. Throws SluiceError in one sentence when it is out of reach, too old or
 * of a newer Sluice. The message never holds the URL, which has a password in it.
 */
export async function openDatabase(place: DatabasePlace, { migrates = true }: { migrates?: boolean } = {}): Promise<Database> {
  const db = open(place)
  try {
    if (place.kind === 'postgres') await requireRecent(db)
    if (!migrates) await requireUpToDate(db)
    else if (!(await isCurrent(db))) await bringUpToDate(place, db)
    return db
  } catch (error) {
    await db.destroy().catch(() => {})
    if (error instanceof SluiceError && error.code.startsWith('DB_') && error.code !== 'DB_QUERY') throw error
    throw new SluiceError('DB_OPEN', 'operator', `${nameOf(place)} cannot be used: ${reasonOf(error)}`, { cause: error })
  }
}

const open = (place: DatabasePlace, isUnlimited = false): Database =>
  new Kysely<Tables>({ dialect: place.kind === 'sqlite' ? sqliteDialect(place.path) : new GuardedPostgresDialect(place.url, isUnlimited) })

/** Asked by reading: a database that cannot be written now, and need not be, is no reason not to start. */
async function isCurrent(db: Database): Promise<boolean> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    return JSON.stringify(rows.map(({ name }) => name)) === JSON.stringify(Object.keys(migrations))
  } catch (error) {
    if (troubleOf(error) !== null) throw error
    return false
  }
}

/** Changes of the schema take as long as they take: on PostgreSQL over a connection without limits. */
async function bringUpToDate(place: DatabasePlace, db: Database): Promise<void> {
  if (place.kind === 'sqlite') return migrate(db)
  const unlimited = open(place, true)
  try {
    await migrate(unlimited)
  } finally {
    await unlimited.destroy()
  }
}

async function requireRecent(db: Database): Promise<void> {
  const { rows } = await sql<{ server_version_num: string }>`show server_version_num`.execute(db)
  const version = Number(rows[0]?.server_version_num)
  if (version >= oldestPostgres) return
  throw new SluiceError('DB_VERSION', 'operator', `the PostgreSQL server is version ${Math.floor(version / 10_000)}, not 15 or newer`)
}

const migratorOf = (db: Database): Migrator => new Migrator({ db, provider: { getMigrations: async () => migrations } })

async function requireUpToDate(db: Database): Promise<void> {
  const steps = await migratorOf(db).getMigrations()
  if (steps.every((step) => step.executedAt !== undefined)) return
  throw new SluiceError('DB_OLDER', 'operator', 'the database is from an older version of Sluice, or empty: start this version once')
}

async function migrate(db: Database): Promise<void> {
  const { error } = await migratorOf(db).migrateToLatest()
  if (error === undefined) return
  if (error instanceof Error && /corrupted migrations/.test(error.message)) {
    throw new SluiceError('DB_NEWER', 'operator', 'the database is from a newer version of Sluice: start that version', { cause: error })
  }
  throw error
}

function nameOf(place: DatabasePlace): string {
  if (place.kind === 'sqlite') return `the database file ${place.path}`
  if (!URL.canParse(place.url)) return 'the PostgreSQL database of SLUICE_DATABASE_URL'
  const { hostname, port, pathname } = new URL(place.url)
  return `the PostgreSQL database '${pathname.slice(1)}' at ${hostname || 'the local socket'}${port === '' ? '' : `:${port}`}`
}

/** Node hides why a connection failed in `errors` when a name has several addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return messageOf(error)
}
