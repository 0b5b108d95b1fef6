import { addressGroup } from '@sluice/base/address'
import { isoTime } from '@sluice/base/clock'
import { InvitationToken, type InvitationView, JoinBody } from '@sluice/contract/api'
import { newId } from '../db/index.ts'
import { inTransaction, ProblemError, parseInput, type ServiceContext } from '../services/index.ts'
import { claimInvitation, joinBy, openInvitation } from '../services/invitation/index.ts'
import { insertUser } from './new-user.ts'
import type { Principal } from './principal.ts'
import { insertSession } from './session-cookie.ts'
import { type Client, requireAccount } from './sessions.ts'
import type { SignedIn, SignInParts } from './sign-in-parts.ts'

/** Wrong tokens and taken addresses of one network in 15 minutes, together with its wrong passwords. */
const maxFailures = 30

/** How people come in by an invitation. The token of a link has 256 bits: it can't be guessed, and wrong ones count all the same. */
export class Joining {
  readonly #parts: SignInParts

  constructor(parts: SignInParts) {
    this.#parts = parts
  }

  async look(input: unknown, client: Client): Promise<InvitationView> {
    const { token } = parseInput(InvitationToken, input)
    const { db, clock } = this.#parts.platform
    const row = await this.#counted(client, () => openInvitation(db, token, clock.wallMs()))
    return {
      workspace: row.workspace,
      role: row.role,
      email: row.email,
      invitedBy: row.created_by,
      expiresAt: isoTime(row.expires_at_ms),
    }
  }

  /** Makes an account, joins, and signs in. Who holds an invitation may learn that an address has an account here; nobody else can. */
  async joinAnew(input: unknown, client: Client): Promise<SignedIn> {
    const body = parseInput(JoinBody, input)
    const { platform, turns, cookies } = this.#parts
    const email = body.email.toLowerCase()
    const invitation = await this.#counted(client, async () => {
      const row = await openInvitation(platform.db, body.token, platform.clock.wallMs())
      if (row.email !== null && row.email !== email) throw addressOf(row.email)
      const known = await platform.db.selectFrom('auth_user').select('id').where('email', '=', email).executeTakeFirst()
      if (known !== undefined) throw exists(email)
      return row
    })
    const auth = await this.#parts.auth()
    const hash = await turns.run('stranger', 0, async () => (await auth.$context).password.hash(body.password))
    const nowMs = platform.clock.wallMs()
    const userId = newId(nowMs)
    const ctx = contextFor(platform, invitation.workspace_id, { id: userId, name: body.name })
    const token = await inTransaction(ctx, async (tx, write) => {
      const taken = await claimInvitation(tx, body.token, email, nowMs)
      if ((await tx.selectFrom('auth_user').select('id').where('email', '=', email).executeTakeFirst()) !== undefined) throw exists(email)
      const login = { provider: 'credential', hash } as const
      await insertUser(tx, { id: userId, name: body.name, email, isProven: taken.is_mailed, login, nowMs })
      await joinBy(tx, write, taken, userId)
      return insertSession(tx, { userId, workspaceId: taken.workspace_id, client, nowMs })
    })
    return this.#parts.enter([cookies.write(token)], client)
  }

  /** The signed-in account joins. Its rights change, so it gets a new session in place of the one that asks. */
  async joinAs(principal: Principal, input: unknown, client: Client): Promise<SignedIn> {
    const { userId, sessionId } = requireAccount(principal)
    const { token } = parseInput(InvitationToken, input)
    const { platform, cookies } = this.#parts
    const nowMs = platform.clock.wallMs()
    const invitation = await this.#counted(client, () => openInvitation(platform.db, token, nowMs))
    const ctx = contextFor(platform, invitation.workspace_id, principal.actor)
    const session = await inTransaction(ctx, async (tx, write) => {
      const taken = await claimInvitation(tx, token, principal.email ?? '', nowMs)
      if (taken.is_mailed) await tx.updateTable('auth_user').set({ email_verified: 1 }).where('id', '=', userId).execute()
      await joinBy(tx, write, taken, userId)
      await tx.deleteFrom('auth_session').where('id', '=', sessionId).execute()
      return insertSession(tx, { userId, workspaceId: taken.workspace_id, client, nowMs })
    })
    return this.#parts.enter([cookies.write(session)], client)
  }

  async #counted<T>(client: Client, work: () => Promise<T>): Promise<T> {
    const tally = { name: `network ${addressGroup(client.address)}`, max: maxFailures }
    this.#parts.refuseGuessing([tally])
    return work().catch((error: unknown) => {
      if (error instanceof ProblemError) this.#parts.failures.fail(tally.name)
      throw error
    })
  }
}

const contextFor = (
  platform: ServiceContext['platform'],
  workspaceId: string,
  { id, name }: { id: string; name: string },
): ServiceContext => ({
  platform,
  workspaceId,
  actor: { kind: 'user', id, name },
  scopes: new Set(),
})

const exists = (email: string): ProblemError =>
  new ProblemError('ACCOUNT_EXISTS', `There is an account for ${email} already. Sign in with it, then open the invitation again.`)

const addressOf = (email: string): ProblemError =>
  new ProblemError('INVITATION_ADDRESS', `This invitation is for ${email}.`, [
    { path: 'email', message: `This invitation is for ${email}.` },
  ])
