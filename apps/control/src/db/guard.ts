import { AsyncLocalStorage } from 'node:async_hooks'
import { invariant } from '@sluice/base/errors'
import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely'

const insideTransaction = new AsyncLocalStorage<true>()

/** Runs a transaction's body so that a query on the outer handle inside it is a bug at once, not a hang: SQLite has one connection. */
export const runGuarded = <T>(body: () => Promise<T>): Promise<T> => insideTransaction.run(true, body)

/** A driver that hands out no connection to code that stands inside a transaction: that code has its own handle. */
export class GuardedDriver implements Driver {
  readonly #driver: Driver

  constructor(driver: Driver) {
    this.#driver = driver
  }

  acquireConnection(): Promise<DatabaseConnection> {
    invariant(insideTransaction.getStore() === undefined, 'the outer database handle was used inside a transaction: pass the transaction')
    return this.#driver.acquireConnection()
  }

  init(): Promise<void> {
    return this.#driver.init()
  }
  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return this.#driver.beginTransaction(connection, settings)
  }
  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#driver.commitTransaction(connection)
  }
  /** Never rejects: why the transaction failed is what its caller must hear. A transaction whose connection is lost is rolled back by that. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#driver.rollbackTransaction(connection).catch(() => {})
  }
  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#driver.releaseConnection(connection)
  }
  destroy(): Promise<void> {
    return this.#driver.destroy()
  }
}
