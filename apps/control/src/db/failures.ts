import { SluiceError } from '@sluice/base/errors'

/** Spec: PostgreSQL manual, appendix A: serialization_failure, deadlock_detected. */
const retryCodes: readonly string[] = ['40001', '40P01']
const uniqueCode = '23505'
const referenceCode = '23503'
/** Connections that fail, and a server that shuts down or starts. */
const outOfReach = /^(08|57P|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH|ENOENT)/

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

/** Whether a query failed because the database server cannot be reached now. */
export function isOutOfReach(error: unknown): boolean {
  if (error instanceof SluiceError) return false
  const isPoolTimeout = error instanceof Error && /timeout exceeded when trying to connect|Connection terminated/.test(error.message)
  return isPoolTimeout || outOfReach.test(codeOf(error))
}
