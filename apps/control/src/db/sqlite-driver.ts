import { SluiceError } from '@sluice/base/errors'
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import { SqliteLane } from './sqlite-lane.ts'

export type { SqliteReply, SqliteRequest, SqliteWorkerData } from './sqlite-lane.ts'

/** Longer than a locked file is waited for, and short enough for who waits for the answer. */
const turnLimitMs = 8000
/** So many wait for their turn to write; beyond it the machine is behind for good. */
const maxWaiting = 1000

/** One use of the database: a query, or a transaction from its begin on, which then has the writer for itself. */
class SqliteConnection implements DatabaseConnection {
  readonly #driver: SqliteDriver
  ownsWriter = false

  constructor(driver: SqliteDriver) {
    this.#driver = driver
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#driver.run(this, query)
  }
  streamQuery(): never {
    throw new SluiceError('DB_STREAM', 'sluice', 'streaming a query is not supported: page by key')
  }
}

/**
 * Kysely driver on two worker threads with a connection each: reads go on while a write waits for a file that is locked or for a disk
 * that is slow. Writers queue, and a transaction keeps the writer until its end.
 */
export class SqliteDriver implements Driver {
  readonly #writer: SqliteLane
  readonly #reader: SqliteLane
  // bound: `maxWaiting` writes, more are refused
  readonly #queue: { take: () => void; timer: NodeJS.Timeout }[] = []
  #isTaken = false

  constructor(path: string) {
    this.#writer = new SqliteLane({ path, readsOnly: false })
    this.#reader = new SqliteLane({ path, readsOnly: true })
  }

  async init(): Promise<void> {
    // In this order: the first to come makes the file.
    await this.#writer.open()
    await this.#reader.open()
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this)
  }
  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#giveBack(connection as SqliteConnection)
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const own = connection as SqliteConnection
    await this.#turn()
    own.ownsWriter = true
    try {
      // Immediate: takes the write lock now, so that a transaction never fails half-way for another process's write.
      await this.#writer.run(CompiledQuery.raw('begin immediate'))
    } catch (error) {
      this.#giveBack(own)
      throw error
    }
  }
  async commitTransaction(): Promise<void> {
    await this.#writer.run(CompiledQuery.raw('commit'))
  }
  async rollbackTransaction(): Promise<void> {
    await this.#writer.run(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    await this.#reader.close()
    await this.#writer.close()
  }

  /** In its transaction, or alone: by the reader where it only reads. */
  async run<R>(connection: SqliteConnection, query: CompiledQuery): Promise<QueryResult<R>> {
    if (connection.ownsWriter) return this.#writer.run(query)
    if (isRead(query)) return this.#reader.run(query)
    await this.#turn()
    try {
      return await this.#writer.run(query)
    } finally {
      this.#next()
    }
  }

  #turn(): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true
      return Promise.resolve()
    }
    if (this.#queue.length >= maxWaiting) return Promise.reject(busy(`${maxWaiting} writes are already waiting`))
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(entry), 1)
        reject(busy(`no turn to write within ${turnLimitMs / 1000} s`))
      }, turnLimitMs)
      const entry = { take: resolve, timer }
      this.#queue.push(entry)
    })
  }

  #next(): void {
    const next = this.#queue.shift()
    if (next === undefined) {
      this.#isTaken = false
      return
    }
    clearTimeout(next.timer)
    next.take()
  }

  #giveBack(connection: SqliteConnection): void {
    if (!connection.ownsWriter) return
    connection.ownsWriter = false
    this.#next()
  }
}

const isRead = ({ query, sql }: CompiledQuery): boolean => query.kind === 'SelectQueryNode' || /^\s*select\b/i.test(sql)
const busy = (why: string): SluiceError => new SluiceError('DB_BUSY', 'dependency', `SQLite: ${why}`)
