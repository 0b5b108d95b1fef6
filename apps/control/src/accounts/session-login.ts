import type { Clock } from '@sluice/base/clock'
import { Role } from '@sluice/contract/api'
import type { Database } from '../db/index.ts'
import type { SessionCookies } from './session-cookie.ts'

type Membership = { readonly id: string; readonly name: string; readonly role: Role }

/** A session that holds, with everything that a request's caller is made of. */
export type FoundSession = {
  readonly id: string
  readonly token: string
  readonly activeWorkspaceId: string | null
  readonly updatedAtMs: number
  readonly expiresAtMs: number
  readonly user: { readonly id: string; readonly name: string; readonly email: string }
  /** The workspace that the session works in, else the user's oldest. */
  readonly workspace: Membership
  /** The workspace asks for a second factor, and the account signs in by a password alone. */
  readonly lacksTwoFactor: boolean
}

/**
 * Reads who a browser's cookie stands for, in one query. better-auth makes the cookie and the rows; asking it with each request takes three
 * queries and two calls of WebCrypto. Nothing is kept from one request to the next: who is signed out is out at once.
 */
export class SessionLogin {
  readonly #db: Database
  readonly #clock: Clock
  readonly #cookies: SessionCookies

  constructor(db: Database, clock: Clock, cookies: SessionCookies) {
    this.#db = db
    this.#clock = clock
    this.#cookies = cookies
  }

  /** Null: no session of ours, one that is over, or an account without a workspace. */
  async find(cookies: string): Promise<FoundSession | null> {
    const token = this.#cookies.read(cookies)
    if (token === null) return null
    const rows = await this.#db
      .selectFrom('auth_session')
      .innerJoin('auth_user', 'auth_user.id', 'auth_session.user_id')
      .innerJoin('workspace_member', 'workspace_member.user_id', 'auth_user.id')
      .innerJoin('workspace', 'workspace.id', 'workspace_member.workspace_id')
      .leftJoin('workspace_setting', 'workspace_setting.workspace_id', 'workspace.id')
      .select(['auth_session.id', 'auth_session.expires_at', 'auth_session.updated_at', 'auth_session.active_workspace_id'])
      .select(['auth_user.id as user_id', 'auth_user.name as user_name', 'auth_user.email'])
      .select(['workspace.id as workspace_id', 'workspace.name as workspace_name', 'workspace_member.role'])
      .select(['auth_user.two_factor_enabled', 'workspace_setting.needs_two_factor'])
      .select((row) =>
        row
          .exists(
            row
              .selectFrom('auth_account')
              .select('auth_account.id')
              .whereRef('auth_account.user_id', '=', 'auth_user.id')
              .where('auth_account.provider_id', '=', 'credential'),
          )
          .as('has_password'),
      )
      .where('auth_session.token', '=', token)
      .orderBy('workspace.created_at')
      .orderBy('workspace.id')
      .execute()
    const row = rows.find(({ active_workspace_id, workspace_id }) => workspace_id === active_workspace_id) ?? rows[0]
    if (row === undefined) return null
    const expiresAtMs = Date.parse(row.expires_at)
    if (!(expiresAtMs > this.#clock.wallMs())) return null
    return {
      id: row.id,
      token,
      activeWorkspaceId: row.active_workspace_id,
      updatedAtMs: Date.parse(row.updated_at),
      expiresAtMs,
      user: { id: row.user_id, name: row.user_name, email: row.email },
      workspace: { id: row.workspace_id, name: row.workspace_name, role: Role.parse(row.role) },
      lacksTwoFactor: row.needs_two_factor === true && row.two_factor_enabled !== 1 && Boolean(row.has_password),
    }
  }
}
