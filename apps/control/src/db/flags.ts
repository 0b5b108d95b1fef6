import type { CompiledQuery, DatabaseConnection, QueryResult, Selectable } from 'kysely'
import type { Tables } from './tables/index.ts'

/** Names of the columns of one table whose rows say true or false. */
type FlagsOf<Row> = { [Column in keyof Row]-?: Extract<Row[Column], boolean> extends never ? never : Column }[keyof Row]
type Flag = { [Name in keyof Tables]: FlagsOf<Selectable<Tables[Name]>> }[keyof Tables]

/** Neither database has a truth that the other reads: these columns hold 0 or 1. A new one that is missing here does not compile. */
const flags = {
  enabled: true,
  maintenance: true,
  test_card: true,
  has_audio: true,
  tls_verify: true,
  is_shipped: true,
  is_automatic: true,
  was_automatic: true,
  is_mailed: true,
  needs_two_factor: true,
  pinned: true,
  recording_paused: true,
} as const satisfies Record<Flag, true>
const isFlag = (column: string): boolean => Object.hasOwn(flags, column)

/** A connection through which flags are booleans, in what is asked and in what comes back. */
export class FlagConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection

  constructor(inner: DatabaseConnection) {
    this.inner = inner
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.inner.executeQuery<R>(withNumbers(query))
    readFlags(result.rows as Record<string, unknown>[])
    return result
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.inner.streamQuery<R>(withNumbers(query), chunkSize)
  }
}

const withNumbers = (query: CompiledQuery): CompiledQuery =>
  query.parameters.some((value) => typeof value === 'boolean')
    ? { ...query, parameters: query.parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value)) }
    : query

/** The rows are the driver's own and nobody else's yet, so they are changed in place. */
function readFlags(rows: Record<string, unknown>[]): void {
  const first = rows[0]
  if (first === undefined) return
  const columns = Object.keys(first).filter(isFlag)
  if (columns.length === 0) return
  for (const row of rows) {
    for (const column of columns) if (row[column] !== null) row[column] = row[column] === 1
  }
}
