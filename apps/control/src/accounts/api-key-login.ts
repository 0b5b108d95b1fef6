import { type Clock, isoTime } from '@sluice/base/clock'
import type { Database } from '../db/index.ts'
import { hashApiKey, parseScopes, reachOf } from '../services/api-key/index.ts'
import { ProblemError } from '../services/index.ts'
import type { Principal } from './principal.ts'

/** No caller waits for the note longer. */
const noteLimitMs = 250

/** `lastUsedAt` is for people: once a minute is exact enough, and spares a write with each request. */
const lastUsedStepMs = 60_000

/** The caller behind an API key. Throws ProblemError AUTH_INVALID or AUTH_EXPIRED. */
export async function principalOfApiKey(db: Database, clock: Clock, key: string): Promise<Principal> {
  const row = await db
    .selectFrom('api_key')
    .innerJoin('workspace', 'workspace.id', 'api_key.workspace_id')
    .selectAll('api_key')
    .select('workspace.name as workspace_name')
    .where('hash', '=', hashApiKey(key))
    .executeTakeFirst()
  if (row === undefined) throw new ProblemError('AUTH_INVALID', 'The API key is unknown; it may have been revoked.')
  const nowMs = clock.wallMs()
  if (row.expires_at_ms !== null && row.expires_at_ms <= nowMs) {
    throw new ProblemError('AUTH_EXPIRED', `The API key expired at ${isoTime(row.expires_at_ms)}.`)
  }
  if (nowMs - (row.last_used_at_ms ?? 0) >= lastUsedStepMs) {
    await noteUse(db, clock, row.id, nowMs)
  }
  return {
    actor: { kind: 'api-key', id: row.id, name: `API key ${row.name}` },
    email: null,
    workspace: { id: row.workspace_id, name: row.workspace_name, role: 'operator' },
    scopes: reachOf(parseScopes(row.scopes)),
    via: 'bearer',
    sessionId: null,
    renewedCookie: null,
    needsTwoFactor: false,
  }
}

/** Best effort: nobody is refused, or kept waiting, because the use of a key can't be written down. */
async function noteUse(db: Database, clock: Clock, id: string, nowMs: number): Promise<void> {
  const late = Promise.withResolvers<void>()
  const limit = clock.after(noteLimitMs, () => late.resolve())
  const noted = db.updateTable('api_key').set({ last_used_at_ms: nowMs }).where('id', '=', id).execute()
  await Promise.race([noted.catch(() => {}), late.promise])
  limit.cancel()
}
