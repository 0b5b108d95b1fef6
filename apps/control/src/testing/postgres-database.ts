import { createHash } from 'node:crypto'
import pg from 'pg'

/** Set by postgres.test.ts: the suites that run under it use databases of that server in place of SQLite. */
export const testServerVariable = 'SLUICE_TEST_POSTGRES'

/** The database of one data folder on the server of the tests, made at first use; undefined when the tests run on SQLite. */
export async function testDatabaseUrl(dataDir: string): Promise<string | undefined> {
  const server = process.env[testServerVariable]
  if (server === undefined) return undefined
  const name = `t${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
  if (rowCount === 0) await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
