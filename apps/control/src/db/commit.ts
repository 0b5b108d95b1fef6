import { SluiceError } from '@sluice/base/errors'
import { conflictOf } from './failures.ts'
import { runGuarded } from './guard.ts'
import type { Database, Tx } from './tables/index.ts'

const maxAttempts = 4

/**
 * Runs `body` in one transaction: all of it is kept, or nothing. Inside it only `tx` may be used. PostgreSQL ends one of two
 * transactions that wait for each other: that one is run again, so `body` must have no effect outside of `tx`.
 */
export async function commit<T>(db: Database, body: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute((tx) => runGuarded(() => body(tx)))
    } catch (error) {
      if (error instanceof SluiceError || conflictOf(error) !== 'retry' || attempt === maxAttempts) throw error
    }
  }
}
