import { SluiceError } from '@sluice/base/errors'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'

/** PostgreSQL type id of int8. All whole numbers of ours are below 2^53. */
const int8TypeId = 20
const maxConnections = 8
/** For a new connection, and for one of the pool to get free. */
const connectLimitMs = 4000
/** A transaction that nobody goes on with holds its locks no longer. */
const idleTransactionMs = 15_000

/** `queryLimitMs` null: for changes of the schema, which take their time. */
export type PoolOptions = { readonly url: string; readonly queryLimitMs: number | null }

/**
 * A pool of connections in which every wait has an end, also on a server that is frozen and says nothing: a query without an answer takes
 * its connection along, since nobody knows what the next answer on it would belong to.
 */
export function openBoundedPool({ url, queryLimitMs }: PoolOptions): PostgresPool {
  const getTypeParser = ((typeId: number, format?: 'text') =>
    typeId === int8TypeId ? Number : pg.types.getTypeParser(typeId, format)) as typeof pg.types.getTypeParser
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: connectLimitMs,
    max: maxConnections,
    keepAlive: true,
    types: { getTypeParser },
    ...(queryLimitMs === null ? {} : { statement_timeout: queryLimitMs, idle_in_transaction_session_timeout: idleTransactionMs }),
  })
  // A connection that the server ends raises here while it is idle, and at itself while it is lent: its query rejects, and says why.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return {
    options: pool.options,
    connect: async () => bounded(await pool.connect(), queryLimitMs),
    end: () => pool.end(),
  } as PostgresPool
}

/** Where node-postgres keeps its socket. */
type WithSocket = { connection?: { stream?: { destroy(): void } } }

function bounded(client: pg.PoolClient, limitMs: number | null): PostgresPoolClient {
  let isLost = false
  const lose = (): void => {
    isLost = true
    // cast: node-postgres' types leave out the connection, and a server that is frozen answers no polite end.
    ;(client as unknown as WithSocket).connection?.stream?.destroy()
  }
  const query = async (...asked: unknown[]): Promise<unknown> => {
    if (isLost) throw unanswered(limitMs ?? 0)
    const answer = (client.query as (...asked: unknown[]) => Promise<unknown>)(...asked)
    if (limitMs === null) return answer
    let timer: NodeJS.Timeout | undefined
    // The server ends a long statement itself at the limit: it has a moment to say so.
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        lose()
        reject(unanswered(limitMs))
      }, limitMs + graceMs)
    })
    try {
      return await Promise.race([answer, late])
    } finally {
      clearTimeout(timer)
      answer.catch(() => {})
    }
  }
  // cast: Kysely calls `query` with a text and values alone; its type asks for cursors too.
  return { query, release: (discard?: boolean) => client.release(isLost || discard === true) } as unknown as PostgresPoolClient
}

const graceMs = 500
const unanswered = (limitMs: number): SluiceError =>
  new SluiceError('DB_UNREACHABLE', 'dependency', `the PostgreSQL server gave no answer within ${(limitMs + graceMs) / 1000} s`)
