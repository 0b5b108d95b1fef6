import { addressGroup } from '@sluice/base/address'
import {
  ChangePasswordBody,
  deploymentScopes,
  PatchSessionBody,
  type Role,
  roleScopes,
  type Session,
  SetupBody,
  SignInBody,
} from '@sluice/contract/api'
import type { Database } from '../db/index.ts'
import { audit, inTransaction, type Platform, ProblemError, parseInput } from '../services/index.ts'
import { principalOfApiKey } from './api-key-login.ts'
import type { Auth } from './auth.ts'
import { clientHeaders } from './client-headers.ts'
import { createFirstAccount, deploymentOwner, needsSetup } from './first-account.ts'
import { KnownDevices } from './known-device.ts'
import { type OperatorToken, principalOfOperator } from './operator-login.ts'
import { PasswordTurns } from './password-turns.ts'
import type { Principal } from './principal.ts'
import { FailureLimit } from './rate-limit.ts'
import { SessionLogin } from './session-login.ts'
import { type Client, isKnownNetwork, noteUse, requireAccount } from './sessions.ts'
import type { SetupCode } from './setup-code.ts'

/**
 * Failures in 15 minutes: of one network for one account, of one network, of one known device. None counts an account over all networks:
 * that would let anybody shut its owner out.
 */
const maxFailures = { pair: 5, network: 30, device: 10, password: 5 }

/** What a request brings to say who asks. */
export type Credentials = { bearer: string | undefined; cookie: string | undefined; workspaceId: string | undefined; client: Client }
/** Set-Cookie lines for the answer. */
export type SignedIn = { principal: Principal; cookies: string[] }
/** What counts an attempt, each with its own limit. */
type Tallies = { readonly name: string; readonly max: number }[]

/** Sign-in, sessions and API keys: turns a request's credentials into a Principal. */
export class Accounts {
  readonly #platform: Platform
  readonly #secret: string
  /** Loaded at the first sign-in: it holds 20 MB. */
  #auth: Promise<Auth> | null = null
  readonly #sessions: SessionLogin
  readonly #token: OperatorToken
  readonly #failures: FailureLimit
  readonly #turns: PasswordTurns
  readonly #devices: KnownDevices
  #setupCode: SetupCode | null
  /** Kept once it is known: it never changes. */
  #deploymentOwner: string | null = null

  constructor(platform: Platform, secret: string, token: OperatorToken, setupCode: SetupCode | null) {
    this.#platform = platform
    this.#secret = secret
    this.#sessions = new SessionLogin(platform.db, platform.clock, secret)
    this.#token = token
    this.#setupCode = setupCode
    this.#failures = new FailureLimit(platform.clock)
    this.#turns = new PasswordTurns(platform.clock)
    this.#devices = new KnownDevices(platform.clock, secret)
  }

  #loadAuth(): Promise<Auth> {
    this.#auth ??= import('./auth.ts').then(({ createAuth }) => createAuth(this.#db, this.#secret))
    return this.#auth
  }

  get #db(): Database {
    return this.#platform.db
  }

  needsSetup(): Promise<boolean> {
    return needsSetup(this.#db)
  }

  /**
   * Makes the first account and signs it in, for whoever has the code that Sluice prints or the admin token. Cheap checks stand before the
   * password's hash. Throws SETUP_DONE, SETUP_CODE, AUTH_INVALID or AUTH_RATE_LIMITED.
   */
  async setUp(input: unknown, { bearer, client }: Credentials): Promise<SignedIn> {
    await this.#requireUnclaimed()
    this.#requireMachine(input, bearer, client)
    const body = parseInput(SetupBody, input)
    await this.#turns.run('known', 0, async () => {
      // Of many that come at once with the code the first one is done: the others spend no hash.
      await this.#requireUnclaimed()
      await createFirstAccount(this.#platform, await this.#loadAuth(), body)
      this.#setupCode = null
    })
    return this.#open(body.email.toLowerCase(), body.password, client, { lane: 'known', strikes: 0 })
  }

  async #requireUnclaimed(): Promise<void> {
    if (!(await this.needsSetup())) throw new ProblemError('SETUP_DONE', 'The first account exists already.')
  }

  /** The right code and the right token always pass; what is wrong counts, together with wrong passwords of that network. */
  #requireMachine(input: unknown, bearer: string | undefined, client: Client): void {
    if (bearer !== undefined && this.#token.matches(bearer)) return
    const { code } = (typeof input === 'object' && input !== null ? input : {}) as { code?: unknown }
    const given = typeof code === 'string' && code !== '' ? code : null
    if (bearer === undefined && given !== null && this.#setupCode?.matches(given) === true) return
    const tally = { name: `network ${addressGroup(client.address)}`, max: maxFailures.network }
    this.#refuseGuessing([tally])
    if (bearer !== undefined || given !== null) this.#failures.fail(tally.name)
    if (bearer !== undefined) throw new ProblemError('AUTH_INVALID', 'The bearer token is not the admin token of this Sluice.')
    const where = 'Sluice prints it with a link when it starts, in its terminal and its log'
    throw new ProblemError(
      'SETUP_CODE',
      given === null ? `The first account needs the setup code. ${where}.` : `This is not the setup code. ${where}.`,
      [{ path: 'code', message: given === null ? 'Enter the setup code.' : 'This is not the setup code.' }],
    )
  }

  /** Throws AUTH_INVALID, in the same words for an unknown account and a wrong password, or AUTH_RATE_LIMITED. */
  async signIn(input: unknown, { cookie, client }: Credentials): Promise<SignedIn> {
    const body = parseInput(SignInBody, input)
    const account = body.email.toLowerCase()
    const network = addressGroup(client.address)
    const device = this.#knownDevice(cookie, account)
    const byNetwork = [
      { name: `pair ${network} ${account}`, max: maxFailures.pair },
      { name: `network ${network}`, max: maxFailures.network },
    ]
    const tallies: Tallies = device === null ? byNetwork : [device]
    this.#refuseGuessing(tallies)
    const strikes = this.#failures.count(`network ${network}`)
    for (const { name } of tallies) this.#failures.fail(name)
    const forgive = (): void => {
      for (const { name } of tallies) this.#failures.forgive(name)
    }
    let signedIn: SignedIn
    try {
      const isKnown = device !== null || (await isKnownNetwork(this.#db, account, network, this.#platform.clock.wallMs()))
      signedIn = await this.#open(account, body.password, client, { lane: isKnown ? 'known' : 'stranger', strikes })
    } catch (error) {
      // Only a password that was looked at and found wrong counts.
      if (!(error instanceof ProblemError && error.code === 'AUTH_INVALID')) forgive()
      throw error
    }
    forgive()
    return signedIn
  }

  /** A device that has used up its own attempts is a stranger until its window ends. */
  #knownDevice(cookie: string | undefined, account: string): Tallies[number] | null {
    const id = this.#devices.read(cookie, account)
    const tally = { name: `device ${id}`, max: maxFailures.device }
    return id === null || this.#failures.waitSeconds(tally.name, tally.max) > 0 ? null : tally
  }

  async #open(
    account: string,
    password: string,
    client: Client,
    { lane, strikes }: { lane: 'known' | 'stranger'; strikes: number },
  ): Promise<SignedIn> {
    const auth = await this.#loadAuth()
    const signedIn = await this.#turns.run(lane, strikes, () =>
      auth.api
        .signInEmail({ body: { email: account, password }, headers: clientHeaders(client), returnHeaders: true })
        .catch(nullWhenRefused),
    )
    if (signedIn === null) throw new ProblemError('AUTH_INVALID', 'E-mail or password is wrong.')
    const cookies = signedIn.headers.getSetCookie()
    const principal = await this.#ofCookie(asCookie(cookies), client)
    if (principal === null) throw new ProblemError('AUTH_INVALID', 'This account belongs to no workspace.')
    return { principal, cookies: [...cookies, this.#devices.cookieFor(account)] }
  }

  /** Replaces the password of the one who asks. All sessions end; the asking browser gets a new one. */
  async changePassword(principal: Principal, { cookie = '', client }: Credentials, input: unknown): Promise<SignedIn> {
    const { userId } = requireAccount(principal)
    const body = parseInput(ChangePasswordBody, input)
    const tally = { name: `password ${userId}`, max: maxFailures.password }
    this.#refuseGuessing([tally])
    this.#failures.fail(tally.name)
    const auth = await this.#loadAuth()
    const changed = await this.#turns.run('known', 0, () =>
      auth.api
        .changePassword({ body: { ...body, revokeOtherSessions: true }, headers: clientHeaders(client, cookie), returnHeaders: true })
        .catch(nullWhenRefused),
    )
    if (changed === null) {
      const message = 'This is not the current password.'
      throw new ProblemError('REQUEST_INVALID', `currentPassword: ${message}`, [{ path: 'currentPassword', message }])
    }
    this.#failures.forgive(tally.name)
    const cookies = changed.headers.getSetCookie()
    const headers = clientHeaders(client, asCookie(cookies))
    await auth.api.setActiveOrganization({ headers, body: { organizationId: principal.workspace.id } })
    const renewed = await this.#ofCookie(asCookie(cookies), client)
    if (renewed === null) throw new ProblemError('AUTH_REQUIRED', 'The session has ended.')
    const ctx = { platform: this.#platform, workspaceId: renewed.workspace.id, actor: renewed.actor, scopes: renewed.scopes }
    const summary = 'Changed the password of their account; all other sessions ended.'
    await inTransaction(ctx, (tx) => audit(tx, ctx, { action: 'account.password', subjectId: userId, summary }))
    return { principal: renewed, cookies: [...cookies, this.#devices.cookieFor(renewed.email ?? '')] }
  }

  /** Ends the session of the cookie. Lines that clear it. */
  async signOut(cookie: string | undefined): Promise<string[]> {
    const { headers } = await (await this.#loadAuth()).api.signOut({ headers: new Headers({ cookie: cookie ?? '' }), returnHeaders: true })
    return headers.getSetCookie()
  }

  /** The caller. Throws AUTH_REQUIRED without credentials and AUTH_INVALID with wrong ones. */
  async authenticate({ bearer, cookie, workspaceId, client }: Credentials): Promise<Principal> {
    if (bearer !== undefined) {
      if (this.#token.matches(bearer)) return principalOfOperator(this.#db, workspaceId)
      return principalOfApiKey(this.#db, this.#platform.clock, bearer)
    }
    const principal = cookie === undefined ? null : await this.#ofCookie(cookie, client)
    if (principal === null) throw new ProblemError('AUTH_REQUIRED', 'This needs a signed-in session or an API key.')
    return principal
  }

  /** Moves a session to another workspace of its user. */
  async switchWorkspace(principal: Principal, { cookie = '', client }: Credentials, input: unknown): Promise<Principal> {
    const { workspaceId } = parseInput(PatchSessionBody, input)
    if (principal.via !== 'cookie') throw new ProblemError('SCOPE_MISSING', 'Only a signed-in session can change its workspace.')
    const member = await this.#memberships(principal.actor.id)
    if (!member.some((row) => row.id === workspaceId)) throw new ProblemError('NOT_FOUND', 'There is no such workspace here.')
    const auth = await this.#loadAuth()
    await auth.api.setActiveOrganization({ headers: new Headers({ cookie }), body: { organizationId: workspaceId } })
    const moved = await this.#ofCookie(cookie, client)
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

  async #ofCookie(cookie: string, client: Client): Promise<Principal | null> {
    const session = await this.#sessions.find(cookie)
    if (session === null) return null
    const { user, workspace } = session
    await noteUse(this.#db, session, client, this.#platform.clock.wallMs())
    const actor = { kind: 'user', id: user.id, name: user.name } as const
    this.#deploymentOwner ??= await deploymentOwner(this.#db)
    const scopes = new Set([...roleScopes[workspace.role], ...(this.#deploymentOwner === user.id ? deploymentScopes : [])])
    return { actor, email: user.email, workspace, scopes, via: 'cookie', sessionId: session.id }
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
    return rows.map((row) => ({ ...row, role: row.role }))
  }

  #refuseGuessing(tallies: Tallies): void {
    const seconds = Math.max(...tallies.map(({ name, max }) => this.#failures.waitSeconds(name, max)))
    if (seconds === 0) return
    const wait = seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} s`
    const message = `Too many failed attempts from this address. Wait ${wait}, or use a browser that was signed in before.`
    throw new ProblemError('AUTH_RATE_LIMITED', message, [], seconds)
  }
}

/** A `Cookie` header out of `Set-Cookie` lines. */
const asCookie = (lines: readonly string[]): string => lines.map((line) => line.split(';')[0]).join('; ')

/** better-auth's refusal of what the caller sent; what is its own fault is thrown on. */
function nullWhenRefused(error: { statusCode?: number }): null {
  if (error.statusCode === undefined || error.statusCode >= 500) throw error
  return null
}
