import type { Role } from '@sluice/contract/api'
import { visibleText } from '@sluice/contract/text'
import { newId } from '../db/index.ts'
import { inTransaction, type Platform, ProblemError } from '../services/index.ts'
import { joinBy } from '../services/invitation/index.ts'
import { oldestWorkspace } from '../services/workspace/index.ts'
import { insertUser } from './new-user.ts'

export const notLinked =
  'There is an account with this address that was never confirmed by mail. Sign in with its password, then connect it under Settings, Account.'

type Person = {
  /** The provider's own name for the person, which never changes. */
  readonly subject: string
  readonly email: string
  /** The provider says that the address is theirs. */
  readonly isProven: boolean
  readonly name: string
}

/**
 * Lets in whom the provider names: a person it named before; the owner of an account whose address both sides have proven; whoever was
 * invited by that address, with the role of the invitation; anybody else only where the settings give a role. Throws OIDC_REFUSED.
 */
export async function admitByProvider(
  platform: Platform,
  { subject, email, isProven, name }: Person,
  defaultRole: Role | null,
): Promise<void> {
  const { db, clock } = platform
  const known = await db
    .selectFrom('auth_account')
    .select('id')
    .where('provider_id', '=', 'oidc')
    .where('account_id', '=', subject)
    .executeTakeFirst()
  if (known !== undefined) return
  if (!isProven) {
    throw new ProblemError(
      'OIDC_REFUSED',
      `The identity provider does not say that ${email} is yours. Confirm the address there, then try again.`,
    )
  }
  const user = await db.selectFrom('auth_user').select(['id', 'name', 'email_verified']).where('email', '=', email).executeTakeFirst()
  // Somebody may have made an account with an address that is not theirs, and wait for its owner to come in.
  if (user !== undefined && user.email_verified !== 1) throw new ProblemError('OIDC_REFUSED', notLinked)
  const nowMs = clock.wallMs()
  const invitations = await db
    .selectFrom('invitation')
    .selectAll()
    .where('email', '=', email)
    .where('expires_at_ms', '>', nowMs)
    .orderBy('id')
    .execute()
  if (user !== undefined && invitations.length === 0) return
  const person = user ?? { id: newId(nowMs), name: shownName(name, email) }
  const home = invitations[0]?.workspace_id ?? (defaultRole === null ? undefined : (await oldestWorkspace(db))?.id)
  if (home === undefined) {
    throw new ProblemError('OIDC_REFUSED', `Nobody has invited ${email} to this Sluice. Ask an owner for an invitation to that address.`)
  }
  const ctx = { platform, workspaceId: home, actor: { kind: 'user', id: person.id, name: person.name } as const, scopes: new Set<never>() }
  await inTransaction(ctx, async (tx, write) => {
    if (user === undefined) {
      await insertUser(tx, { ...person, email, isProven, login: { provider: 'oidc', subject }, nowMs })
    }
    for (const invitation of invitations) {
      const taken = await tx.deleteFrom('invitation').where('id', '=', invitation.id).returning('id').executeTakeFirst()
      const isMember = await tx
        .selectFrom('workspace_member')
        .select('id')
        .where('workspace_id', '=', invitation.workspace_id)
        .where('user_id', '=', person.id)
        .executeTakeFirst()
      if (taken === undefined || isMember !== undefined) continue
      await joinBy(tx, { ...write, workspaceId: invitation.workspace_id }, invitation, person.id)
    }
    if (invitations.length === 0 && defaultRole !== null) {
      await joinBy(tx, write, { workspace_id: home, role: defaultRole, created_by: 'the identity provider' }, person.id)
    }
  })
}

/** What a provider calls somebody is shown in lists and logs: text that hides or turns something becomes the address. */
function shownName(name: string, email: string): string {
  const shown = visibleText({ min: 1, max: 80 }).safeParse(name.slice(0, 80))
  return shown.success ? shown.data : email.slice(0, 80)
}
