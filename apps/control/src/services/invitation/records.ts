import { isoTime } from '@sluice/base/clock'
import type { Invitation } from '@sluice/contract/api'
import type { Selectable } from 'kysely'
import type { InvitationTable, Reader, Tx } from '../../db/index.ts'
import { ProblemError } from '../index.ts'
import { hashInvitationToken } from './token.ts'

export type InvitationRow = Selectable<InvitationTable>

export const toInvitation = (row: InvitationRow): Invitation => ({
  id: row.id,
  role: row.role,
  email: row.email,
  isMailed: row.is_mailed,
  createdBy: row.created_by,
  createdAt: isoTime(row.created_at_ms),
  expiresAt: isoTime(row.expires_at_ms),
})

const invalid = (): ProblemError =>
  new ProblemError('INVITATION_INVALID', 'This invitation was used, revoked, or has expired. Ask whoever invited you for a new one.')

/** The invitation behind a token, with its workspace's name. Throws INVITATION_INVALID. */
export async function openInvitation(db: Reader, token: string, nowMs: number): Promise<InvitationRow & { workspace: string }> {
  const hash = hashInvitationToken(token)
  if (hash === null) throw invalid()
  const row = await db
    .selectFrom('invitation')
    .innerJoin('workspace', 'workspace.id', 'invitation.workspace_id')
    .selectAll('invitation')
    .select('workspace.name as workspace')
    .where('token_hash', '=', hash)
    .where('expires_at_ms', '>', nowMs)
    .executeTakeFirst()
  if (row === undefined) throw invalid()
  return row
}

/** Uses an invitation up. Of two that come at once one gets it. Throws INVITATION_INVALID, or INVITATION_ADDRESS for another's. */
export async function claimInvitation(tx: Tx, token: string, email: string, nowMs: number): Promise<InvitationRow> {
  const row = await tx
    .deleteFrom('invitation')
    .where('token_hash', '=', hashInvitationToken(token) ?? '')
    .returningAll()
    .executeTakeFirst()
  if (row === undefined || row.expires_at_ms <= nowMs) throw invalid()
  if (row.email !== null && row.email !== email) {
    throw new ProblemError(
      'INVITATION_ADDRESS',
      `This invitation is for ${row.email}. Sign in with that address, or ask for one of your own.`,
    )
  }
  return row
}
