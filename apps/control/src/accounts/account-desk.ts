import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Clock, systemClock } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import { NewPassword } from '@sluice/contract/api'
import type { Settings } from '@sluice/contract/settings'
import { commit, type Database, databasePlace, openDatabase, type Tx } from '../db/index.ts'
import { type Actor, audit } from '../services/index.ts'
import { replacePassword } from './replace-password.ts'

/** Whoever may write the data folder, at a shell of this machine. */
const actor: Actor = { kind: 'operator', id: 'machine', name: 'operator at the machine' }

export type ListedAccount = {
  readonly email: string
  readonly name: string
  readonly createdAt: string
  /** Browsers that are signed in. */
  readonly sessions: number
  readonly workspaces: readonly string[]
}

/** Accounts as the operator of the machine handles them, beside a Sluice that runs or without one. */
export type AccountDesk = {
  list(): Promise<ListedAccount[]>
  /** Sets the password and ends all sessions of the account, in one transaction with its audit rows. Throws SluiceError in one sentence. */
  resetPassword(email: string, password: string): Promise<{ name: string; email: string; endedSessions: number }>
  /** Lets the password alone sign in again: for whoever lost phone and recovery codes. All sessions end: one may be on the phone. */
  endTwoFactor(email: string): Promise<{ name: string; email: string; endedSessions: number }>
  close(): Promise<void>
}

/** Opens the accounts of the Sluice that these settings mean. Makes nothing: throws SluiceError where there is no such database. */
export async function openAccountDesk(
  { dataDir, databaseUrl }: Pick<Settings, 'dataDir' | 'databaseUrl'>,
  clock: Clock = systemClock,
): Promise<AccountDesk> {
  const place = databasePlace(resolve(dataDir), databaseUrl)
  if (place.kind === 'sqlite' && !existsSync(place.path)) {
    const found = `${resolve(dataDir)} has no Sluice database; give the data directory with --data-dir, or set SLUICE_DATABASE_URL`
    throw new SluiceError('ACCOUNT_NO_DATABASE', 'operator', found)
  }
  const db = await openDatabase(place, { migrates: false })
  return {
    list: () => listAccounts(db, clock.wallMs()),
    resetPassword: (email, password) => resetPassword(db, clock, email, password),
    endTwoFactor: (email) => endTwoFactor(db, clock, email),
    close: () => db.destroy(),
  }
}

async function listAccounts(db: Database, nowMs: number): Promise<ListedAccount[]> {
  const users = await db.selectFrom('auth_user').select(['id', 'email', 'name', 'created_at']).orderBy('created_at').orderBy('id').execute()
  const members = await db
    .selectFrom('workspace_member')
    .innerJoin('workspace', 'workspace.id', 'workspace_member.workspace_id')
    .select(['workspace_member.user_id', 'workspace_member.role', 'workspace.name'])
    .orderBy('workspace.created_at')
    .execute()
  const sessions = await db.selectFrom('auth_session').select('user_id').where('expires_at', '>', new Date(nowMs).toISOString()).execute()
  return users.map(({ id, email, name, created_at }) => ({
    email,
    name,
    createdAt: created_at,
    sessions: sessions.filter((session) => session.user_id === id).length,
    workspaces: members.filter((member) => member.user_id === id).map((member) => `${member.name} (${member.role})`),
  }))
}

async function resetPassword(db: Database, clock: Clock, given: string, password: string) {
  const email = given.trim().toLowerCase()
  const parsed = NewPassword.safeParse(password)
  if (!parsed.success) {
    const found = `the new password has ${password.length} characters, not 10 to 128; nothing was changed`
    throw new SluiceError('ACCOUNT_PASSWORD', 'operator', found)
  }
  // Not at the top: control has this file too, and never asks for it.
  const { hashPassword } = await import('better-auth/crypto')
  const hash = await hashPassword(parsed.data)
  return commit(db, async (tx) => {
    const user = await userOf(tx, email)
    const endedSessions = await replacePassword(tx, { clock, actor, user: { ...user, email }, hash })
    return { name: user.name, email, endedSessions }
  })
}

async function userOf(tx: Tx, email: string): Promise<{ id: string; name: string }> {
  const user = await tx.selectFrom('auth_user').select(['id', 'name']).where('email', '=', email).executeTakeFirst()
  if (user !== undefined) return user
  throw new SluiceError('ACCOUNT_UNKNOWN', 'operator', `there is no account ${email}; npm run account -- list shows all`)
}

async function endTwoFactor(db: Database, clock: Clock, given: string) {
  const email = given.trim().toLowerCase()
  return commit(db, async (tx) => {
    const user = await userOf(tx, email)
    const had = await tx.deleteFrom('auth_two_factor').where('user_id', '=', user.id).returning('id').execute()
    if (had.length === 0) throw new SluiceError('ACCOUNT_TWO_FACTOR', 'operator', `${email} has no two-factor sign-in; nothing was changed`)
    await tx.updateTable('auth_user').set({ two_factor_enabled: 0 }).where('id', '=', user.id).execute()
    const ended = await tx.deleteFrom('auth_session').where('user_id', '=', user.id).returning('id').execute()
    const members = await tx.selectFrom('workspace_member').select('workspace_id').where('user_id', '=', user.id).execute()
    const summary = `Turned off two-factor sign-in of ${user.name} (${email}); sessions ended: ${ended.length}.`
    for (const { workspace_id: workspaceId } of members) {
      await audit(tx, { platform: { clock }, workspaceId, actor }, { action: 'account.two-factor', subjectId: user.id, summary })
    }
    return { name: user.name, email, endedSessions: ended.length }
  })
}
