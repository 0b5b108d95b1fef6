import { type Clock, isoTime } from '@sluice/base/clock'
import { newId, type Tx } from '../db/index.ts'
import { type Actor, audit } from '../services/index.ts'

type Replacement = {
  readonly clock: Clock
  readonly actor: Actor
  readonly user: { readonly id: string; readonly name: string; readonly email: string }
  readonly hash: string
}

/**
 * Gives an account another password without asking for the old one: all its sessions end, and open reset links die. An audit row in each of
 * its workspaces. How many sessions ended.
 */
export async function replacePassword(tx: Tx, { clock, actor, user, hash }: Replacement): Promise<number> {
  await storeHash(tx, user.id, hash, clock.wallMs())
  await tx.deleteFrom('password_reset').where('user_id', '=', user.id).execute()
  const ended = await tx.deleteFrom('auth_session').where('user_id', '=', user.id).returning('id').execute()
  const members = await tx.selectFrom('workspace_member').select('workspace_id').where('user_id', '=', user.id).execute()
  const summary = `Reset the password of ${user.name} (${user.email}); their ${ended.length} sessions ended.`
  for (const { workspace_id: workspaceId } of members) {
    const note = { action: 'account.reset', subjectId: user.id, summary, detail: { endedSessions: ended.length } }
    await audit(tx, { platform: { clock }, workspaceId, actor }, note)
  }
  return ended.length
}

/** An account that came in another way than by password gets one. */
async function storeHash(tx: Tx, userId: string, password: string, nowMs: number): Promise<void> {
  const at = isoTime(nowMs)
  const changed = await tx
    .updateTable('auth_account')
    .set({ password, updated_at: at })
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .returning('id')
    .execute()
  if (changed.length === 0) await insertLogin(tx, { userId, provider: 'credential', accountId: userId, password, nowMs })
}

type NewLogin = { userId: string; provider: 'credential' | 'oidc'; accountId: string; password: string | null; nowMs: number }

/** A way in to an account, in the row that better-auth reads. */
export async function insertLogin(tx: Tx, { userId, provider, accountId, password, nowMs }: NewLogin): Promise<void> {
  const at = isoTime(nowMs)
  const tokens = { access_token: null, refresh_token: null, id_token: null, access_token_expires_at: null, refresh_token_expires_at: null }
  const row = { id: newId(nowMs), account_id: accountId, provider_id: provider, user_id: userId, password, scope: null }
  await tx
    .insertInto('auth_account')
    .values({ ...row, ...tokens, created_at: at, updated_at: at })
    .execute()
}
