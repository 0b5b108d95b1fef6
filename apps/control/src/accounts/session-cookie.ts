import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import { isoTime } from '@sluice/base/clock'
import { newId, type Reader } from '../db/index.ts'
import { clientHeaders } from './client-headers.ts'
import { readCookie } from './read-cookie.ts'
import { type Client, sessionMs } from './sessions.ts'

const cookieName = 'sluice.session_token'
const signatureForm = /^[A-Za-z0-9+/]{43}=$/
const tokenBytes = 24

/** Session cookies, signed as better-auth signs them: the token, a dot, and the base64 of its HMAC-SHA256 under the secret. */
export class SessionCookies {
  readonly #key: KeyObject

  constructor(secret: string) {
    this.#key = createSecretKey(secret, 'utf8')
  }

  /** The token of a `Cookie` header; null: none that was signed here. */
  read(cookies: string): string | null {
    const value = readCookie(cookies, cookieName)
    if (value === null) return null
    const dotAt = value.lastIndexOf('.')
    const given = value.slice(dotAt + 1)
    if (dotAt < 1 || !signatureForm.test(given)) return null
    const token = value.slice(0, dotAt)
    return timingSafeEqual(Buffer.from(given), Buffer.from(this.#sign(token))) ? token : null
  }

  /** A `Set-Cookie` line whose two weeks begin now. */
  write(token: string): string {
    const value = encodeURIComponent(`${token}.${this.#sign(token)}`)
    return `${cookieName}=${value}; Max-Age=${sessionMs / 1000}; Path=/; HttpOnly; SameSite=Lax`
  }

  #sign(token: string): string {
    return createHmac('sha256', this.#key).update(token, 'utf8').digest('base64')
  }
}

type NewSession = { readonly userId: string; readonly workspaceId: string; readonly client: Client; readonly nowMs: number }

/** A session for somebody who has proven who they are otherwise than by a password; the token of its cookie. */
export async function insertSession(db: Reader, { userId, workspaceId, client, nowMs }: NewSession): Promise<string> {
  const token = randomBytes(tokenBytes).toString('base64url')
  const at = isoTime(nowMs)
  await db
    .insertInto('auth_session')
    .values({
      id: newId(nowMs),
      token,
      user_id: userId,
      expires_at: isoTime(nowMs + sessionMs),
      ip_address: client.address,
      user_agent: clientHeaders(client).get('user-agent'),
      active_workspace_id: workspaceId,
      created_at: at,
      updated_at: at,
    })
    .execute()
  return token
}
