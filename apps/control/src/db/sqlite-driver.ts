import { Worker } from 'node:worker_threads'
import { SluiceError } from '@sluice/base/errors'
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'

export type SqliteRequest = { id: number; sql: string; parameters: readonly unknown[] }
export type SqliteReply = { id: number; rows: unknown[]; changes: number } | { id: number; error: string; errcode: number }

type Waiter = { resolve(result: QueryResult<never>): void; reject(error: Error): void }

/** SQLite's extended result codes that a service turns into an answer of its own. Spec: sqlite.org/rescode.html */
const codeNames: Readonly<Record<number, 'DB_UNIQUE' | 'DB_REFERENCE'>> = { 787: 'DB_REFERENCE', 1555: 'DB_UNIQUE', 2067: 'DB_UNIQUE' }

/** Kysely driver on one worker thread with one connection: callers queue for it, and a transaction keeps it until its end. */
export class SqliteDriver implements Driver {
  readonly #path: string
  // bound: one a statement under way, all are ended when the worker ends
  readonly #waiters = new Map<number, Waiter>()
  // bound: one a request that waits for the database; connections to the API bound them
  readonly #queue: Array<(connection: DatabaseConnection) => void> = []
  readonly #connection: DatabaseConnection = {
    executeQuery: (query) => this.#run(query),
    streamQuery() {
      throw new SluiceError('DB_STREAM', 'sluice', 'streaming a query is not supported: page by key')
    },
  }
  #worker: Worker | null = null
  #isTaken = false
  #nextId = 1

  constructor(path: string) {
    this.#path = path
  }

  async init(): Promise<void> {
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: { path: this.#path } })
    worker.on('message', (reply: SqliteReply) => this.#settle(reply))
    worker.on('error', (error) => this.#fail(error))
    this.#worker = worker
    await this.#run(CompiledQuery.raw('select 1'))
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (!this.#isTaken) {
      this.#isTaken = true
      return this.#connection
    }
    return new Promise((resolve) => this.#queue.push(resolve))
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const next = this.#queue.shift()
    if (next === undefined) this.#isTaken = false
    else next(connection)
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // Immediate: takes the write lock now, so that a transaction never fails half-way for another process's write.
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    if (this.#worker === null) return
    await this.#run(CompiledQuery.raw('close'))
    await this.#worker.terminate()
    this.#worker = null
  }

  #run<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve: resolve as Waiter['resolve'], reject })
      this.#worker?.postMessage({ id, sql: query.sql, parameters: query.parameters } satisfies SqliteRequest)
    })
  }

  #settle(reply: SqliteReply): void {
    const waiter = this.#waiters.get(reply.id)
    this.#waiters.delete(reply.id)
    if (waiter === undefined) return
    if (!('error' in reply)) waiter.resolve({ rows: reply.rows as never[], numAffectedRows: BigInt(reply.changes) })
    else
      waiter.reject(new SluiceError(codeNames[reply.errcode] ?? 'DB_QUERY', 'dependency', `SQLite: ${reply.error} (code ${reply.errcode})`))
  }

  #fail(error: Error): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
  }
}
