import { SluiceError } from '@sluice/base/errors'

/** Spec: PostgreSQL manual, appendix A: serialization_failure, deadlock_detected. */
const retryCodes: readonly string[] = ['40001', '40P01']
const uniqueCode = '23505'
const referenceCode = '23503'

/**
 * Why a database does not do what it is asked, though nothing is wrong with the question. `busy`: another program holds it, or it takes
 * too long; `fault`: its disk does not do as it is told.
 */
export const databaseTroubles = ['unreachable', 'full', 'busy', 'read-only', 'fault'] as const
export type DatabaseTrouble = (typeof databaseTroubles)[number]

/** Codes of our own driver's errors. */
const troubleCodes = {
  DB_UNREACHABLE: 'unreachable',
  DB_FULL: 'full',
  DB_BUSY: 'busy',
  DB_READ_ONLY: 'read-only',
  DB_FAULT: 'fault',
} as const satisfies Record<string, DatabaseTrouble>

/** PostgreSQL's error codes and those of the network, the first that fits. Spec: PostgreSQL manual, appendix A */
const foreignCodes: readonly (readonly [RegExp, DatabaseTrouble])[] = [
  [/^(53100)$/, 'full'],
  [/^(25006)$/, 'read-only'],
  [/^(55P03|57014|53[0-9A-Z]{3})$/, 'busy'],
  [/^(58|XX001|XX002)/, 'fault'],
  [/^(08|57P|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|28000|28P01|3D000)/, 'unreachable'],
]
/** What node-postgres says without a code. */
const lostConnection =
  /timeout exceeded when trying to connect|Connection terminated|not queryable|Client was closed|Cannot use a pool after/

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** What kind of conflict a query ended in, the same on both engines; null for anything else. */
export function conflictOf(error: unknown): 'unique' | 'reference' | 'retry' | null {
  const code = codeOf(error)
  if (code === 'DB_UNIQUE' || code === uniqueCode) return 'unique'
  if (code === 'DB_REFERENCE' || code === referenceCode) return 'reference'
  return retryCodes.includes(code) ? 'retry' : null
}

/** What keeps the database from its work, if it is that; null for any other error. */
export function troubleOf(error: unknown): DatabaseTrouble | null {
  const code = codeOf(error)
  if (error instanceof SluiceError) return troubleCodes[code as keyof typeof troubleCodes] ?? null
  if (error instanceof AggregateError && error.errors.length > 0 && code === '') return troubleOf(error.errors[0])
  const found = foreignCodes.find(([form]) => form.test(code))
  if (found !== undefined) return found[1]
  return error instanceof Error && lostConnection.test(error.message) ? 'unreachable' : null
}

/** What happened, what it means for the show, what to do first. */
export const troubleSentences: Readonly<Record<DatabaseTrouble, string>> = {
  unreachable:
    'The database does not answer. Streams are not affected, but nothing can be read or changed until it does. Check the database server.',
  full: 'The disk of the database is full, so nothing can be changed. Streams are not affected. Free space on that disk.',
  busy: 'The database is busy: another program holds it, or its disk is slow. Nothing was changed. Streams are not affected. Try again; if this continues, find what holds the database.',
  'read-only':
    'The database is read-only, so nothing can be changed. Streams are not affected. Check the permissions and the mount of the data directory, or which PostgreSQL server is the primary.',
  fault:
    'The disk of the database is failing. Streams are not affected, but changes may not be saved. Check the disk first, and make a backup.',
}
