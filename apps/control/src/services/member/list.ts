import { isoTime } from '@sluice/base/clock'
import type { Member, Page } from '@sluice/contract/api'
import { PageQuery } from '@sluice/contract/api'
import type { Reader } from '../../db/index.ts'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'

/** The people of the workspace, in the order in which they joined. */
export async function listMembers(ctx: ServiceContext, query: unknown): Promise<Page<Member>> {
  requireScope(ctx, 'member:read')
  const { after, limit } = parseInput(PageQuery, query)
  const { db, clock } = ctx.platform
  const rows = await memberRows(db, ctx.workspaceId)
    .$if(after !== undefined, (select) => select.where('workspace_member.id', '>', after!))
    .limit(limit + 1)
    .execute()
  const sessions = await sessionsHere(db, ctx.workspaceId, clock.wallMs())
  return pageOf(
    rows,
    limit,
    (row) => row.id,
    (row) =>
      toMember(
        row,
        sessions.filter(({ user_id }) => user_id === row.user_id),
      ),
  )
}

/** One of them. */
export async function getMember(ctx: ServiceContext, userId: string): Promise<Member | undefined> {
  const row = await memberRows(ctx.platform.db, ctx.workspaceId).where('workspace_member.user_id', '=', userId).executeTakeFirst()
  if (row === undefined) return undefined
  const sessions = await sessionsHere(ctx.platform.db, ctx.workspaceId, ctx.platform.clock.wallMs())
  return toMember(
    row,
    sessions.filter(({ user_id }) => user_id === userId),
  )
}

const memberRows = (db: Reader, workspaceId: string) =>
  db
    .selectFrom('workspace_member')
    .innerJoin('auth_user', 'auth_user.id', 'workspace_member.user_id')
    .select(['workspace_member.id', 'workspace_member.user_id', 'workspace_member.role', 'workspace_member.created_at'])
    .select(['auth_user.name', 'auth_user.email', 'auth_user.two_factor_enabled'])
    .where('workspace_member.workspace_id', '=', workspaceId)
    .orderBy('workspace_member.id')

type Row = Awaited<ReturnType<ReturnType<typeof memberRows>['execute']>>[number]
type UsedSession = { readonly user_id: string; readonly updated_at: string }

/** Sessions of members that work in this workspace: where they work elsewhere is that workspace's business. */
const sessionsHere = (db: Reader, workspaceId: string, nowMs: number): Promise<UsedSession[]> =>
  db
    .selectFrom('auth_session')
    .innerJoin('workspace_member', 'workspace_member.user_id', 'auth_session.user_id')
    .select(['auth_session.user_id', 'auth_session.updated_at'])
    .where('workspace_member.workspace_id', '=', workspaceId)
    .where((where) =>
      where.or([where('auth_session.active_workspace_id', '=', workspaceId), where('auth_session.active_workspace_id', 'is', null)]),
    )
    .where('auth_session.expires_at', '>', isoTime(nowMs))
    .execute()

const toMember = (row: Row, sessions: readonly UsedSession[]): Member => ({
  userId: row.user_id,
  name: row.name,
  email: row.email,
  role: row.role,
  hasTwoFactor: row.two_factor_enabled === 1,
  joinedAt: row.created_at,
  sessions: sessions.length,
  lastUsedAt:
    sessions
      .map(({ updated_at }) => updated_at)
      .toSorted()
      .at(-1) ?? null,
})
