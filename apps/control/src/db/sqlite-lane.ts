import { Worker } from 'node:worker_threads'
import { SluiceError } from '@sluice/base/errors'
import type { CompiledQuery, QueryResult } from 'kysely'

export type SqliteWorkerData = { path: string; readsOnly: boolean }
export type SqliteRequest = { id: number; sql: string; parameters: readonly unknown[] }
export type SqliteReply = { id: number; rows: unknown[]; changes: number } | { id: number; error: string; errcode: number }

type Waiter = { resolve(result: QueryResult<never>): void; reject(error: Error): void }
type ErrorCode = `DB_${string}`

/** SQLite's extended result codes that a service turns into an answer of its own. Spec: sqlite.org/rescode.html */
const extendedCodes: Readonly<Record<number, ErrorCode>> = { 787: 'DB_REFERENCE', 1555: 'DB_UNIQUE', 2067: 'DB_UNIQUE' }
/** Primary result codes of a file that does not do as it is told: BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB. */
const primaryCodes: Readonly<Record<number, ErrorCode>> = {
  5: 'DB_BUSY',
  6: 'DB_BUSY',
  8: 'DB_READ_ONLY',
  10: 'DB_FAULT',
  11: 'DB_FAULT',
  13: 'DB_FULL',
  14: 'DB_FAULT',
  26: 'DB_FAULT',
}

/** The error of a result code, the same for every statement. */
export function sqliteError(errcode: number, text: string): SluiceError {
  const code = extendedCodes[errcode] ?? primaryCodes[errcode & 0xff] ?? 'DB_QUERY'
  return new SluiceError(code, 'dependency', `SQLite: ${text} (code ${errcode})`)
}

/** One worker thread with one connection: statements are run in the order in which they come. */
export class SqliteLane {
  readonly #data: SqliteWorkerData
  // bound: one a statement under way, all are ended when the worker ends
  readonly #waiters = new Map<number, Waiter>()
  #worker: Worker | null = null
  #nextId = 1

  constructor(data: SqliteWorkerData) {
    this.#data = data
  }

  /** Rejects with the reason why the file cannot be opened. */
  async open(): Promise<void> {
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: this.#data })
    worker.on('message', (reply: SqliteReply) => this.#settle(reply))
    worker.on('error', (error) => this.#fail(error))
    this.#worker = worker
    await this.#ask('select 1', [])
  }

  run<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#ask(query.sql, query.parameters) as Promise<QueryResult<R>>
  }

  async close(): Promise<void> {
    if (this.#worker === null) return
    await this.#ask('close', []).catch(() => {})
    await this.#worker?.terminate()
    this.#worker = null
  }

  #ask(sql: string, parameters: readonly unknown[]): Promise<QueryResult<never>> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      if (this.#worker === null) return reject(new SluiceError('DB_FAULT', 'dependency', 'SQLite: its thread has ended'))
      this.#waiters.set(id, { resolve, reject })
      this.#worker.postMessage({ id, sql, parameters } satisfies SqliteRequest)
    })
  }

  #settle(reply: SqliteReply): void {
    const waiter = this.#waiters.get(reply.id)
    this.#waiters.delete(reply.id)
    if (waiter === undefined) return
    if ('error' in reply) waiter.reject(sqliteError(reply.errcode, reply.error))
    else waiter.resolve({ rows: reply.rows as never[], numAffectedRows: BigInt(reply.changes) })
  }

  /** The thread has ended: nothing that was asked is answered. */
  #fail(cause: Error): void {
    this.#worker = null
    const { errcode, message } = cause as Error & { errcode?: number }
    const error =
      errcode === undefined ? new SluiceError('DB_FAULT', 'dependency', `SQLite: ${message}`, { cause }) : sqliteError(errcode, message)
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
  }
}
