import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { SqliteReply, SqliteRequest, SqliteWorkerData } from './sqlite-driver.ts'

// The only thread that touches the file: an aggregate over a long log blocks this thread and never the API.

const maxCachedStatements = 300
const lockLimitMs = 3000
const { path, readsOnly } = workerData as SqliteWorkerData
const db = openFile()

/** FULL: a committed row survives a power cut. The timeout: another process (backup, sqlite3 shell) may hold the lock for a moment. */
function openFile(): DatabaseSync {
  const opened = new DatabaseSync(path, { timeout: lockLimitMs })
  opened.exec('pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on')
  if (readsOnly) opened.exec('pragma query_only=on')
  return opened
}

// bound: `maxCachedStatements`, the oldest goes for the next
const statements = new Map<string, { statement: StatementSync; hasRows: boolean }>()

function prepared(sql: string): { statement: StatementSync; hasRows: boolean } {
  let entry = statements.get(sql)
  if (entry === undefined) {
    const statement = db.prepare(sql)
    entry = { statement, hasRows: statement.columns().length > 0 }
    const oldest = statements.keys().next()
    if (statements.size >= maxCachedStatements && !oldest.done) statements.delete(oldest.value)
    statements.set(sql, entry)
  }
  return entry
}

function answer({ id, sql, parameters }: SqliteRequest): SqliteReply {
  try {
    // Left open by a rollback that failed, on a disk that does.
    if (sql === 'begin immediate' && db.isTransaction) db.exec('rollback')
    if (sql === 'rollback' && !db.isTransaction) return { id, rows: [], changes: 0 }
    const { statement, hasRows } = prepared(sql)
    if (hasRows) return { id, rows: statement.all(...(parameters as SQLInputValue[])), changes: 0 }
    return { id, rows: [], changes: Number(statement.run(...(parameters as SQLInputValue[])).changes) }
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number }
    return { id, error: message, errcode: errcode ?? 0 }
  }
}

parentPort?.on('message', (request: SqliteRequest) => {
  if (request.sql !== 'close') return parentPort?.postMessage(answer(request))
  db.close()
  parentPort?.postMessage({ id: request.id, rows: [], changes: 0 } satisfies SqliteReply)
})
