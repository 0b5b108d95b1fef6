import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@sluice/base/clock'
import { Role } from '@sluice/contract/api'
import type { Database } from '../db/index.ts'
import { readCookie } from './read-cookie.ts'

const cookieName = 'sluice.session_token'
const signatureForm = /^[A-Za-z0-9+/]{43}=$/

type Membership = { readonly id: string; readonly name: string; readonly role: Role }

/** A session that holds, with everything that a request's caller is made of. */
export type FoundSession = {
  readonly id: string
  readonly updatedAtMs: number
  readonly expiresAtMs: number
  readonly user: { readonly id: string; readonly name: string; readonly email: string }
  /** The workspace that the session works in, else the user's oldest. */
  readonly workspace: Membership
}

/**
 * Reads who a browser's cookie stands for, in one query. better-auth makes the cookie and the rows; asking it with each request takes three
 * queries and two calls of WebCrypto. Nothing is kept from one request to the next: who is signed out is out at once.
 */
export class SessionLogin {
  readonly #db: Database
  readonly #clock: Clock
  readonly #key: KeyObject

  constructor(db: Database, clock: Clock, secret: string) {
    this.#db = db
    this.#clock = clock
    this.#key = createSecretKey(secret, 'utf8')
  }

  /** Null: no session of ours, one that is over, or an account without a workspace. */
  async find(cookies: string): Promise<FoundSession | null> {
    const token = this.#tokenOf(cookies)
    if (token === null) return null
    const rows = await this.#db
      .selectFrom('auth_session')
      .innerJoin('auth_user', 'auth_user.id', 'auth_session.user_id')
      .innerJoin('workspace_member', 'workspace_member.user_id', 'auth_user.id')
      .innerJoin('workspace', 'workspace.id', 'workspace_member.workspace_id')
      .select(['auth_session.id', 'auth_session.expires_at', 'auth_session.updated_at', 'auth_session.active_workspace_id'])
      .select(['auth_user.id as user_id', 'auth_user.name as user_name', 'auth_user.email'])
      .select(['workspace.id as workspace_id', 'workspace.name as workspace_name', 'workspace_member.role'])
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
      updatedAtMs: Date.parse(row.updated_at),
      expiresAtMs,
      user: { id: row.user_id, name: row.user_name, email: row.email },
      workspace: { id: row.workspace_id, name: row.workspace_name, role: Role.parse(row.role) },
    }
  }

  /** Signed as better-auth signs: the token, a dot, and the base64 of its HMAC-SHA256 under the secret. */
  #tokenOf(cookies: string): string | null {
    const value = readCookie(cookies, cookieName)
    if (value === null) return null
    const dotAt = value.lastIndexOf('.')
    const given = value.slice(dotAt + 1)
    if (dotAt < 1 || !signatureForm.test(given)) return null
    const token = value.slice(0, dotAt)
    const signature = createHmac('sha256', this.#key).update(token, 'utf8').digest('base64')
    return timingSafeEqual(Buffer.from(given), Buffer.from(signature)) ? token : null
  }
}
