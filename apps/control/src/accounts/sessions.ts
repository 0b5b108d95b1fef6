import { addressGroup, hostInUrl } from '@sluice/base/address'
import type { AccountSession, Page } from '@sluice/contract/api'
import type { Database } from '../db/index.ts'
import { audit, inTransaction, notFound, type Platform, ProblemError } from '../services/index.ts'
import { browserName } from './browser-name.ts'
import type { Principal } from './principal.ts'
import type { FoundSession } from './session-login.ts'

/** Last use is for people: once a minute is exact enough. */
const lastUsedStepMs = 60_000
const maxShown = 200
const dayMs = 24 * 60 * 60 * 1000
/** A signed-in browser stays so for two weeks after its last use. */
export const sessionMs = 14 * dayMs
/** The two weeks begin again with a use that comes so long after their last beginning. */
export const sessionRenewMs = dayMs

/** Where a request comes from. */
export type Client = { readonly address: string; readonly userAgent: string | null }

/** A person with a session. API keys, guests and the admin token have no account. Throws ProblemError SCOPE_MISSING. */
export function requireAccount(principal: Principal): { userId: string; sessionId: string } {
  if (principal.via !== 'cookie' || principal.sessionId === null) {
    throw new ProblemError('SCOPE_MISSING', 'Only a person who is signed in has an account: sign in with e-mail and password.')
  }
  return { userId: principal.actor.id, sessionId: principal.sessionId }
}

/**
 * Notes when and from where a session was last used. True: its two weeks began again, so that its cookie's must too. Best effort: a database
 * that can't be written must not end a session.
 */
export async function noteUse(
  db: Database,
  session: FoundSession,
  { client, renews, nowMs }: { client: Client; renews: boolean; nowMs: number },
): Promise<boolean> {
  if (nowMs - session.updatedAtMs < lastUsedStepMs) return false
  const isDue = renews && nowMs - (session.expiresAtMs - sessionMs) >= sessionRenewMs
  const row = {
    updated_at: new Date(nowMs).toISOString(),
    ip_address: client.address,
    user_agent: client.userAgent,
    ...(isDue ? { expires_at: new Date(nowMs + sessionMs).toISOString() } : {}),
  }
  const noted = db.updateTable('auth_session').set(row).where('id', '=', session.id).execute()
  return noted.then(
    () => isDue,
    () => false,
  )
}

/** Whether somebody is signed in to this account from this network (an IPv4 address, a /64). */
export async function isKnownNetwork(db: Database, account: string, network: string, nowMs: number): Promise<boolean> {
  const rows = await db
    .selectFrom('auth_session')
    .innerJoin('auth_user', 'auth_user.id', 'auth_session.user_id')
    .select('auth_session.ip_address')
    .where('auth_user.email', '=', account)
    .where('auth_session.expires_at', '>', new Date(nowMs).toISOString())
    .orderBy('auth_session.updated_at', 'desc')
    .limit(maxShown)
    .execute()
  return rows.some(({ ip_address }) => ip_address !== null && addressGroup(ip_address) === network)
}

/** The account's sessions, last used first. */
export async function listSessions(platform: Platform, principal: Principal): Promise<Page<AccountSession>> {
  const { userId, sessionId } = requireAccount(principal)
  const rows = await platform.db
    .selectFrom('auth_session')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', new Date(platform.clock.wallMs()).toISOString())
    .orderBy('updated_at', 'desc')
    .limit(maxShown)
    .execute()
  const items = rows.map((row) => ({
    id: row.id,
    isCurrent: row.id === sessionId,
    browser: browserName(row.user_agent),
    address: shownAddress(row.ip_address),
    createdAt: row.created_at,
    lastUsedAt: row.updated_at,
    expiresAt: row.expires_at,
  }))
  return { items, next: null }
}

/** In its short spelling: an IPv6 address is kept written out. */
function shownAddress(address: string | null): string | null {
  if (address === null || address === '') return null
  const url = `http://${hostInUrl(address)}/`
  return address.includes(':') && URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : address
}

/** Ends one session of the account: that browser is signed out with its next request. */
export async function endSession(platform: Platform, principal: Principal, id: string): Promise<void> {
  const { userId } = requireAccount(principal)
  const ctx = { platform, workspaceId: principal.workspace.id, actor: principal.actor, scopes: principal.scopes }
  await inTransaction(ctx, async (tx) => {
    const row = await tx
      .deleteFrom('auth_session')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .returning(['user_agent', 'ip_address'])
      .executeTakeFirst()
    if (row === undefined) throw notFound('session', id)
    const where = `${browserName(row.user_agent) ?? 'an unknown browser'}, ${shownAddress(row.ip_address) ?? 'address unknown'}`
    await audit(tx, ctx, { action: 'session.end', subjectId: userId, summary: `Ended a session of their account: ${where}.` })
  })
}

/** Ends all sessions of the account but the one that asks. */
export async function endOtherSessions(platform: Platform, principal: Principal): Promise<void> {
  const { userId, sessionId } = requireAccount(principal)
  const ctx = { platform, workspaceId: principal.workspace.id, actor: principal.actor, scopes: principal.scopes }
  await inTransaction(ctx, async (tx) => {
    const gone = await tx.deleteFrom('auth_session').where('user_id', '=', userId).where('id', '!=', sessionId).returning('id').execute()
    if (gone.length === 0) return
    const summary = `Ended all other sessions of their account: ${gone.length}.`
    await audit(tx, ctx, { action: 'session.end', subjectId: userId, summary })
  })
}
