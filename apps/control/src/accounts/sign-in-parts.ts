import { deploymentScopes, roleScopes } from '@sluice/contract/api'
import { type Platform, ProblemError } from '../services/index.ts'
import type { Auth } from './auth.ts'
import { deploymentOwner } from './first-account.ts'
import { KnownDevices } from './known-device.ts'
import { PasswordTurns } from './password-turns.ts'
import type { Principal } from './principal.ts'
import { FailureLimit } from './rate-limit.ts'
import { SessionCookies } from './session-cookie.ts'
import { SessionLogin } from './session-login.ts'
import { type Client, noteUse } from './sessions.ts'

/** What counts an attempt, each with its own limit. */
export type Tallies = { readonly name: string; readonly max: number }[]
/** Set-Cookie lines for the answer. */
export type SignedIn = { principal: Principal; cookies: string[] }

/** What all ways of signing in share: one limiter, one queue for password hashes, one kind of session. */
export class SignInParts {
  readonly platform: Platform
  readonly secret: string
  readonly cookies: SessionCookies
  readonly failures: FailureLimit
  readonly turns: PasswordTurns
  readonly devices: KnownDevices
  readonly #sessions: SessionLogin
  /** Loaded at the first sign-in: it holds 20 MB. */
  #auth: Promise<Auth> | null = null
  /** Kept once it is known: it never changes. */
  #deploymentOwner: string | null = null

  constructor(platform: Platform, secret: string) {
    this.platform = platform
    this.secret = secret
    this.cookies = new SessionCookies(secret)
    this.#sessions = new SessionLogin(platform.db, platform.clock, this.cookies)
    this.failures = new FailureLimit(platform.clock)
    this.turns = new PasswordTurns(platform.clock)
    this.devices = new KnownDevices(platform.clock, secret)
  }

  auth(): Promise<Auth> {
    this.#auth ??= import('./auth.ts').then(({ createAuth }) => createAuth(this.platform.db, this.secret))
    return this.#auth
  }

  /** Throws AUTH_RATE_LIMITED while one of these has failed too often. */
  refuseGuessing(tallies: Tallies): void {
    const seconds = Math.max(...tallies.map(({ name, max }) => this.failures.waitSeconds(name, max)))
    if (seconds === 0) return
    const wait = seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} s`
    const message = `Too many failed attempts from this address. Wait ${wait}, or use a browser that was signed in before.`
    throw new ProblemError('AUTH_RATE_LIMITED', message, [], seconds)
  }

  /** Who a cookie stands for; null: nobody. `renews`: this use begins the session's two weeks again, and the answer can carry the cookie. */
  async principalOf(cookie: string, client: Client, renews = false): Promise<Principal | null> {
    const session = await this.#sessions.find(cookie)
    if (session === null) return null
    const { user, workspace, lacksTwoFactor } = session
    const { db, clock } = this.platform
    const isRenewed = await noteUse(db, session, { client, renews, nowMs: clock.wallMs() })
    this.#deploymentOwner ??= await deploymentOwner(db)
    const scopes = lacksTwoFactor ? [] : [...roleScopes[workspace.role], ...(this.#deploymentOwner === user.id ? deploymentScopes : [])]
    return {
      actor: { kind: 'user', id: user.id, name: user.name },
      email: user.email,
      workspace,
      scopes: new Set(scopes),
      via: 'cookie',
      sessionId: session.id,
      renewedCookie: isRenewed ? this.cookies.write(session.token) : null,
      needsTwoFactor: lacksTwoFactor,
    }
  }

  /** Who signed in by these Set-Cookie lines, at work in a workspace that is written down. Throws AUTH_INVALID for who is in none. */
  async enter(lines: readonly string[], client: Client, workspaceId?: string): Promise<SignedIn> {
    const found = await this.principalOf(asCookie(lines), client)
    if (found === null || found.sessionId === null) throw new ProblemError('AUTH_INVALID', 'This account belongs to no workspace.')
    await this.platform.db
      .updateTable('auth_session')
      .set({ active_workspace_id: workspaceId ?? found.workspace.id })
      .where('id', '=', found.sessionId)
      .execute()
    const principal = workspaceId === undefined ? found : await this.principalOf(asCookie(lines), client)
    if (principal === null) throw new ProblemError('AUTH_REQUIRED', 'The session has ended.')
    return { principal, cookies: [...lines, this.devices.cookieFor(principal.email ?? '')] }
  }
}

/** A `Cookie` header out of `Set-Cookie` lines. */
const asCookie = (lines: readonly string[]): string => lines.map((line) => line.split(';')[0]).join('; ')

/** better-auth's refusal of what the caller sent; what is its own fault is thrown on. */
export function nullWhenRefused(error: { statusCode?: number }): null {
  if (error.statusCode === undefined || error.statusCode >= 500) throw error
  return null
}
