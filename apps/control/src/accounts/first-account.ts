import type { Clock } from '@sluice/base/clock'
import type { SetupBody } from '@sluice/contract/api'
import type { z } from 'zod'
import { commit, type Database, newId, type Reader, type Tx } from '../db/index.ts'
import { audit, ProblemError, type ServiceContext } from '../services/index.ts'
import { insertMember, insertWorkspace, oldestWorkspace } from '../services/workspace/index.ts'
import type { Auth } from './auth.ts'
import { insertUser } from './new-user.ts'

const setupRow = 'setup'
export const setupCodeRow = 'setup-code'

/** Whether the first account is still to be made. */
export async function needsSetup(db: Database): Promise<boolean> {
  return (await db.selectFrom('auth_user').select('id').limit(1).executeTakeFirst()) === undefined
}

/** Who set this Sluice up, by user id: their sessions reach into the whole deployment. Null before anybody has. */
export async function deploymentOwner(db: Database): Promise<string | null> {
  return (await db.selectFrom('deployment').select('value').where('name', '=', setupRow).executeTakeFirst())?.value ?? null
}

/** A workspace for the operator's token to work in before anyone signed up; the first account takes it over. */
export async function ensureWorkspace(db: Database, clock: Clock): Promise<void> {
  if ((await oldestWorkspace(db)) !== undefined) return
  await commit(db, async (tx) => {
    if ((await oldestWorkspace(tx)) === undefined) await insertWorkspace(tx, { id: newId(), name: 'Main', nowMs: clock.wallMs() })
  })
}

/** Makes the owner and the first workspace. Of two that try at once one gets SETUP_DONE: both insert the same `setup` row. */
export async function createFirstAccount(
  platform: ServiceContext['platform'],
  auth: Auth,
  body: z.output<typeof SetupBody>,
): Promise<void> {
  const { db, clock } = platform
  const nowMs = clock.wallMs()
  const userId = newId(nowMs)
  const password = await (await auth.$context).password.hash(body.password)
  await commit(db, async (tx) => {
    await claimSetup(tx, userId)
    await forgetSetupCode(tx)
    const login = { provider: 'credential', hash: password } as const
    await insertUser(tx, { id: userId, name: body.name, email: body.email.toLowerCase(), isProven: false, login, nowMs })
    const workspaceId = await claimWorkspace(tx, body.workspace, nowMs)
    await insertMember(tx, { workspaceId, userId, role: 'owner', nowMs })
    const ctx: ServiceContext = { platform, workspaceId, actor: { kind: 'user', id: userId, name: body.name }, scopes: new Set() }
    await audit(tx, ctx, { action: 'setup', subjectId: userId, summary: `Made the first account and the workspace ${body.workspace}.` })
  })
}

/** Its code opens nothing any more once there is an account. */
export async function forgetSetupCode(db: Reader): Promise<void> {
  await db.deleteFrom('deployment').where('name', '=', setupCodeRow).execute()
}

async function claimSetup(tx: Tx, userId: string): Promise<void> {
  const claim = await tx
    .insertInto('deployment')
    .values({ name: setupRow, value: userId })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst()
  if (claim === undefined) throw new ProblemError('SETUP_DONE', 'The first account exists already.')
}

/** The workspace that the operator's token has worked in so far, renamed; else a new one. */
async function claimWorkspace(tx: Tx, name: string, nowMs: number): Promise<string> {
  const existing = await oldestWorkspace(tx)
  if (existing !== undefined) {
    await tx.updateTable('workspace').set({ name }).where('id', '=', existing.id).execute()
    return existing.id
  }
  const id = newId(nowMs)
  await insertWorkspace(tx, { id, name, nowMs })
  return id
}
