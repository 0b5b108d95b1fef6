import { PatchSessionBody, Role, roleScopes, type Session, SignInBody } from '@sluice/contract/api'
import type { Database } from '../db/index.ts'
import { audit } from '../services/audit/index.ts'
import type { Platform } from '../services/context.ts'
import { inTransaction, parseInput } from '../services/gate.ts'
import { ProblemError } from '../services/problem.ts'
import { principalOfApiKey } from './api-key-login.ts'
import { type Auth, createAuth } from './auth.ts'
import { createFirstAccount, needsSetup } from './first-account.ts'
import { type OperatorToken, principalOfOperator } from './operator-login.ts'
import type { Principal } from './principal.ts'
import { FailureLimit } from './rate-limit.ts'

/** Failures in 15 minutes: of one address for one account, of one address, and for one account from anywhere. */
const maxFailures = { pair: 5, address: 30, account: 60 }

/** What a request brings to say who asks. */
export type Credentials = { bearer: string | undefined; cookie: string | undefined; workspaceId: string | undefined }
/** Set-Cookie lines for the answer. */
export type SignedIn = { principal: Principal; cookies: string[] }

/** Sign-in, sessions and API keys: turns a request's credentials into a Principal. */
export class Accounts {
  readonly #platform: Platform
  readonly #auth: Auth
  readonly #token: OperatorToken
  readonly #failures: FailureLimit

  constructor(platform: Platform, secret: string, token: OperatorToken) {
    this.#platform = platform
    this.#auth = createAuth(platform.db, secret)
    this.#token = token
    this.#failures = new FailureLimit(platform.clock)
  }

  get #db(): Database {
    return this.#platform.db
  }

  needsSetup(): Promise<boolean> {
    return needsSetup(this.#db)
  }

  /** Makes the first account and signs it in. */
  async setUp(input: unknown, remoteAddress: string): Promise<SignedIn> {
    await createFirstAccount(this.#platform, this.#auth, input)
    return this.signIn(SignInBody.parse(input), remoteAddress)
  }

  /** Throws AUTH_INVALID, in the same words for an unknown account and a wrong password, or AUTH_RATE_LIMITED. */
  async signIn(input: unknown, remoteAddress: string): Promise<SignedIn> {
    const body = parseInput(SignInBody, input)
    const account = body.email.toLowerCase()
    const names = { pair: `pair ${remoteAddress} ${account}`, address: `address ${remoteAddress}`, account: `account ${account}` }
    this.#refuseGuessing(names)
    for (const name of Object.values(names)) this.#failures.fail(name)
    const signedIn = await this.#auth.api
      .signInEmail({ body: { email: account, password: body.password }, headers: new Headers(), returnHeaders: true })
      .catch((error: { statusCode?: number }) => {
        if (error.statusCode === undefined || error.statusCode >= 500) throw error
        return null
      })
    if (signedIn === null) throw new ProblemError('AUTH_INVALID', 'E-mail or password is wrong.')
    for (const name of Object.values(names)) this.#failures.forgive(name)
    const cookies = signedIn.headers.getSetCookie()
    const principal = await this.#ofCookie(cookies.map((line) => line.split(';')[0]).join('; '))
    if (principal === null) throw new ProblemError('AUTH_INVALID', 'This account belongs to no workspace.')
    return { principal, cookies }
  }

  /** Ends the session of the cookie. Lines that clear it. */
  async signOut(cookie: string | undefined): Promise<string[]> {
    const { headers } = await this.#auth.api.signOut({ headers: new Headers({ cookie: cookie ?? '' }), returnHeaders: true })
    return headers.getSetCookie()
  }

  /** The caller. Throws AUTH_REQUIRED without credentials and AUTH_INVALID with wrong ones. */
  async authenticate({ bearer, cookie, workspaceId }: Credentials): Promise<Principal> {
    if (bearer !== undefined) {
      if (this.#token.matches(bearer)) return principalOfOperator(this.#db, workspaceId)
      return principalOfApiKey(this.#db, this.#platform.clock, bearer)
    }
    const principal = cookie === undefined ? null : await this.#ofCookie(cookie)
    if (principal === null) throw new ProblemError('AUTH_REQUIRED', 'This needs a signed-in session or an API key.')
    return principal
  }

  /** Moves a session to another workspace of its user. */
  async switchWorkspace(principal: Principal, cookie: string, input: unknown): Promise<Principal> {
    const { workspaceId } = parseInput(PatchSessionBody, input)
    if (principal.via !== 'cookie') throw new ProblemError('SCOPE_MISSING', 'Only a signed-in session can change its workspace.')
    const member = await this.#memberships(principal.actor.id)
    if (!member.some((row) => row.id === workspaceId)) throw new ProblemError('NOT_FOUND', 'There is no such workspace here.')
    await this.#auth.api.setActiveOrganization({ headers: new Headers({ cookie }), body: { organizationId: workspaceId } })
    const moved = await this.#ofCookie(cookie)
    if (moved === null) throw new ProblemError('AUTH_REQUIRED', 'The session has ended.')
    const ctx = { platform: this.#platform, workspaceId, actor: moved.actor, scopes: moved.scopes }
    await inTransaction(ctx, (tx) =>
      audit(tx, ctx, { action: 'session.workspace', subjectId: workspaceId, summary: `Came to work in ${moved.workspace.name}.` }),
    )
    return moved
  }

  /** The caller as the API shows it. */
  async sessionOf(principal: Principal): Promise<Session> {
    const { actor, email, workspace, scopes } = principal
    const workspaces = actor.kind === 'user' ? await this.#memberships(actor.id) : [workspace]
    const user = actor.kind === 'user' ? { id: actor.id, name: actor.name, email: email ?? '' } : null
    return { user, workspace, workspaces, scopes: [...scopes] }
  }

  async #ofCookie(cookie: string): Promise<Principal | null> {
    const found = await this.#auth.api.getSession({ headers: new Headers({ cookie }) })
    if (found === null) return null
    const { user, session } = found
    const all = await this.#memberships(user.id)
    const workspace = all.find((row) => row.id === session.activeOrganizationId) ?? all[0]
    if (workspace === undefined) return null
    const actor = { kind: 'user', id: user.id, name: user.name } as const
    return { actor, email: user.email, workspace, scopes: new Set(roleScopes[workspace.role]), via: 'cookie' }
  }

  async #memberships(userId: string): Promise<Array<{ id: string; name: string; role: Role }>> {
    const rows = await this.#db
      .selectFrom('workspace_member')
      .innerJoin('workspace', 'workspace.id', 'workspace_member.workspace_id')
      .select(['workspace.id', 'workspace.name', 'workspace_member.role'])
      .where('workspace_member.user_id', '=', userId)
      .orderBy('workspace.created_at')
      .orderBy('workspace.id')
      .execute()
    return rows.map((row) => ({ ...row, role: Role.parse(row.role) }))
  }

  #refuseGuessing(names: Record<keyof typeof maxFailures, string>): void {
    const waits = Object.entries(maxFailures).map(([kind, max]) => this.#failures.waitSeconds(names[kind as keyof typeof names], max))
    const seconds = Math.max(...waits)
    if (seconds === 0) return
    throw new ProblemError('AUTH_RATE_LIMITED', `Too many attempts to sign in failed. Wait ${seconds} s.`, [], seconds)
  }
}
