import { runGuarded } from './guard.ts'
import type { Database, Tx } from './tables.ts'

/** Runs `body` in one transaction: all of it is kept, or nothing. Inside it only `tx` may be used. */
export const commit = <T>(db: Database, body: (tx: Tx) => Promise<T>): Promise<T> =>
  db.transaction().execute((tx) => runGuarded(() => body(tx)))
