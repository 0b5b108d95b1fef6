import { type CreatedInvitation, CreateInvitationBody, paths } from '@sluice/contract/api'
import { newId, type Tx } from '../../db/index.ts'
import { audit, inTransaction, ProblemError, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { type InvitationRow, toInvitation } from './records.ts'
import { hashInvitationToken, newInvitationToken } from './token.ts'

const hourMs = 60 * 60 * 1000
/** Of one workspace. Nobody may send mail without end through our server. */
const maxOpen = 100

/**
 * Invites somebody by a link that is used once, with a role that is fixed. The link is in this one answer; or, where it goes by mail, in
 * that mail alone: who joins by it reads that mailbox. `origin`: where people reach this Sluice. [TEAM-01]
 */
export async function createInvitation(ctx: ServiceContext, origin: string, input: unknown): Promise<CreatedInvitation> {
  requireScope(ctx, 'member:write')
  const { role, email: given, sends, hours } = parseInput(CreateInvitationBody, input)
  const { clock, mail } = ctx.platform
  if (sends && mail === null) throw new ProblemError('MAIL_OFF', 'Sluice has no mail server. Create a link, and pass it on yourself.')
  const token = newInvitationToken()
  const nowMs = clock.wallMs()
  const email = given?.toLowerCase() ?? null
  const row: InvitationRow = {
    id: newId(nowMs),
    workspace_id: ctx.workspaceId,
    role,
    email,
    is_mailed: sends,
    token_hash: hashInvitationToken(token) ?? '',
    created_by: ctx.actor.name,
    created_at_ms: nowMs,
    expires_at_ms: nowMs + hours * hourMs,
  }
  const workspace = await inTransaction(ctx, async (tx) => {
    await tx.deleteFrom('invitation').where('workspace_id', '=', ctx.workspaceId).where('expires_at_ms', '<=', nowMs).execute()
    const open = await tx.selectFrom('invitation').select(['id', 'email']).where('workspace_id', '=', ctx.workspaceId).execute()
    if (open.length >= maxOpen) {
      const message = `${maxOpen} invitations are open. Revoke some of them first.`
      throw new ProblemError('REQUEST_INVALID', message)
    }
    await refuseMany(tx, ctx.workspaceId, nowMs)
    if (email !== null) await refuseMember(tx, ctx.workspaceId, email)
    await tx.insertInto('invitation').values(row).execute()
    const summary = `Invited ${email ?? 'anyone with the link'} as ${role}, until ${new Date(row.expires_at_ms).toUTCString()}.`
    await audit(tx, ctx, { action: 'invitation.create', subjectId: row.id, summary, detail: { role, email, isMailed: sends } })
    return tx.selectFrom('workspace').select('name').where('id', '=', ctx.workspaceId).executeTakeFirstOrThrow()
  })
  const url = `${origin}${paths.joinPage(token)}`
  if (sends && email !== null && mail !== null) {
    await mail
      .send(invitationMail({ to: email, workspace: workspace.name, role, by: ctx.actor.name, url, until: row.expires_at_ms }))
      .catch(async () => {
        await ctx.platform.db.deleteFrom('invitation').where('id', '=', row.id).execute()
        throw new ProblemError('MAIL_FAILED', `The invitation to ${email} could not be sent, so it does not count. The log says why.`)
      })
  }
  return { ...toInvitation(row), url: sends ? null : url }
}

type Facts = { to: string; workspace: string; role: string; by: string; url: string; until: number }

const invitationMail = ({ to, workspace, role, by, url, until }: Facts) => ({
  to,
  subject: `${by} invites you to ${workspace} on Sluice`,
  text: [
    `${by} invites you to the workspace ${workspace} on Sluice, as ${role}.`,
    '',
    'Open this link to join:',
    url,
    '',
    `It works once, until ${new Date(until).toUTCString()}. If you did not expect this mail, delete it: nothing happens without you.`,
    '',
  ].join('\n'),
})

async function refuseMember(tx: Tx, workspaceId: string, email: string): Promise<void> {
  const member = await tx
    .selectFrom('workspace_member')
    .innerJoin('auth_user', 'auth_user.id', 'workspace_member.user_id')
    .select('auth_user.id')
    .where('workspace_member.workspace_id', '=', workspaceId)
    .where('auth_user.email', '=', email)
    .executeTakeFirst()
  if (member === undefined) return
  throw new ProblemError('MEMBER_ALREADY', `${email} is in this workspace already.`, [
    { path: 'email', message: 'This person is in the workspace already.' },
  ])
}

/** Those that were revoked count too. */
async function refuseMany(tx: Tx, workspaceId: string, nowMs: number): Promise<void> {
  const made = await tx
    .selectFrom('audit')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('action', '=', 'invitation.create')
    .where('at_ms', '>', nowMs - hourMs)
    .limit(maxOpen)
    .execute()
  if (made.length >= maxOpen)
    throw new ProblemError('REQUEST_INVALID', `${maxOpen} invitations were created within an hour. Try again later.`)
}
