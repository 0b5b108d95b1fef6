import { AsyncLocalStorage } from 'node:async_hooks'
import { invariant } from '@sluice/base/errors'
import type { Driver, TransactionSettings } from 'kysely'
import { FlagConnection } from './flags.ts'

const insideTransaction = new AsyncLocalStorage<true>()

/** Runs a transaction's body so that a query on the outer handle inside it is a bug at once, not a hang: SQLite has one connection. */
export const runGuarded = <T>(body: () => Promise<T>): Promise<T> => insideTransaction.run(true, body)

/**
 * A driver that hands out no connection to code that stands inside a transaction: that code has its own handle. Rows that go through it have
 * booleans for flags.
 */
export class GuardedDriver implements Driver {
  readonly #driver: Driver

  constructor(driver: Driver) {
    this.#driver = driver
  }

  async acquireConnection(): Promise<FlagConnection> {
    invariant(insideTransaction.getStore() === undefined, 'the outer database handle was used inside a transaction: pass the transaction')
    return new FlagConnection(await this.#driver.acquireConnection())
  }

  init(): Promise<void> {
    return this.#driver.init()
  }
  beginTransaction(connection: FlagConnection, settings: TransactionSettings): Promise<void> {
    return this.#driver.beginTransaction(connection.inner, settings)
  }
  commitTransaction(connection: FlagConnection): Promise<void> {
    return this.#driver.commitTransaction(connection.inner)
  }
  /** Never rejects: why the transaction failed is what its caller must hear. A transaction whose connection is lost is rolled back by that. */
  async rollbackTransaction(connection: FlagConnection): Promise<void> {
    await this.#driver.rollbackTransaction(connection.inner).catch(() => {})
  }
  releaseConnection(connection: FlagConnection): Promise<void> {
    return this.#driver.releaseConnection(connection.inner)
  }
  destroy(): Promise<void> {
    return this.#driver.destroy()
  }
}
