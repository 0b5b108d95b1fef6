import { addressGroup } from '@sluice/base/address'
import type { Logger } from '@sluice/base/log'
import { ChangePasswordBody, PatchSessionBody, type Role, type Session, SetupBody, SignInBody } from '@sluice/contract/api'
import type { Settings } from '@sluice/contract/settings'
import type { Database } from '../db/index.ts'
import { audit, inTransaction, type Platform, ProblemError, parseInput } from '../services/index.ts'
import { principalOfApiKey } from './api-key-login.ts'
import { clientHeaders } from './client-headers.ts'
import { createFirstAccount, needsSetup } from './first-account.ts'
import { IdentityProvider, readProvider } from './identity-provider.ts'
import { Joining } from './joining.ts'
import { type OperatorToken, principalOfOperator } from './operator-login.ts'
import { PasswordResets } from './password-resets.ts'
import type { Principal } from './principal.ts'
import { Proof } from './proof.ts'
import { SecondFactor } from './second-factor.ts'
import { type Client, isKnownNetwork, requireAccount } from './sessions.ts'
import type { SetupCode } from './setup-code.ts'
import { nullWhenRefused, type SignedIn, SignInParts, type Tallies } from './sign-in-parts.ts'

/**
 * Failures in 15 minutes: of one network for one account, of one network, of one known device. None counts an account over all networks:
 * that would let anybody shut its owner out.
 */
const maxFailures = { pair: 5, network: 30, device: 10, password: 5 }

/** What a request brings to say who asks. `renews`: the answer can carry a cookie. */
export type Credentials = {
  bearer: string | undefined
  cookie: string | undefined
  workspaceId: string | undefined
  client: Client
  renews?: boolean
}
/** The password was right, and a code is needed too. The cookies are of this one attempt. */
type HalfSignedIn = { readonly waitsForCode: true; readonly cookies: readonly string[] }
type Ways = { settings: Settings; secret: string; token: OperatorToken; setupCode: SetupCode | null; log: Logger }

/** Sign-in, sessions and API keys: turns a request's credentials into a Principal. */
export class Accounts {
  readonly #parts: SignInParts
  readonly #token: OperatorToken
  #setupCode: SetupCode | null
  readonly joining: Joining
  readonly resets: PasswordResets
  readonly secondFactor: SecondFactor
  /** Null: no identity provider is set. */
  readonly provider: IdentityProvider | null

  /** Throws PolicyError for settings of an identity provider that can't work. */
  constructor(platform: Platform, { settings, secret, token, setupCode, log }: Ways) {
    const parts = new SignInParts(platform, secret)
    this.#parts = parts
    this.#token = token
    this.#setupCode = setupCode
    this.joining = new Joining(parts)
    this.resets = new PasswordResets(parts, log)
    const proof = new Proof(parts)
    this.secondFactor = new SecondFactor(parts, proof)
    const provider = readProvider(settings)
    this.provider = provider === null ? null : new IdentityProvider(parts, { provider, proof, log })
  }

  get #platform(): Platform {
    return this.#parts.platform
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
  async setUp(input: unknown, { bearer, client }: Credentials): Promise<SignedIn | HalfSignedIn> {
    await this.#requireUnclaimed()
    this.#requireMachine(input, bearer, client)
    const body = parseInput(SetupBody, input)
    await this.#parts.turns.run('known', 0, async () => {
      // Of many that come at once with the code the first one is done: the others spend no hash.
      await this.#requireUnclaimed()
      await createFirstAccount(this.#platform, await this.#parts.auth(), body)
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
    this.#parts.refuseGuessing([tally])
    if (bearer !== undefined || given !== null) this.#parts.failures.fail(tally.name)
    if (bearer !== undefined) throw new ProblemError('AUTH_INVALID', 'The bearer token is not the admin token of this Sluice.')
    const where = 'Sluice prints it with a link when it starts, in its terminal and its log'
    throw new ProblemError(
      'SETUP_CODE',
      given === null ? `The first account needs the setup code. ${where}.` : `This is not the setup code. ${where}.`,
      [{ path: 'code', message: given === null ? 'Enter the setup code.' : 'This is not the setup code.' }],
    )
  }

  /** Throws AUTH_INVALID, in the same words for an unknown account and a wrong password, or AUTH_RATE_LIMITED. */
  async signIn(input: unknown, { cookie, client }: Credentials): Promise<SignedIn | HalfSignedIn> {
    const body = parseInput(SignInBody, input)
    const account = body.email.toLowerCase()
    const network = addressGroup(client.address)
    const device = this.#knownDevice(cookie, account)
    const byNetwork = [
      { name: `pair ${network} ${account}`, max: maxFailures.pair },
      { name: `network ${network}`, max: maxFailures.network },
    ]
    const tallies: Tallies = device === null ? byNetwork : [device]
    this.#parts.refuseGuessing(tallies)
    const strikes = this.#parts.failures.count(`network ${network}`)
    for (const { name } of tallies) this.#parts.failures.fail(name)
    const forgive = (): void => {
      for (const { name } of tallies) this.#parts.failures.forgive(name)
    }
    let signedIn: SignedIn | HalfSignedIn
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
    const id = this.#parts.devices.read(cookie, account)
    const tally = { name: `device ${id}`, max: maxFailures.device }
    return id === null || this.#parts.failures.waitSeconds(tally.name, tally.max) > 0 ? null : tally
  }

  async #open(
    account: string,
    password: string,
    client: Client,
    { lane, strikes }: { lane: 'known' | 'stranger'; strikes: number },
  ): Promise<SignedIn | HalfSignedIn> {
    const auth = await this.#parts.auth()
    const signedIn = await this.#parts.turns.run(lane, strikes, () =>
      auth.api
        .signInEmail({ body: { email: account, password }, headers: clientHeaders(client), returnHeaders: true })
        .catch(nullWhenRefused),
    )
    if (signedIn === null) throw new ProblemError('AUTH_INVALID', 'E-mail or password is wrong.')
    const cookies = signedIn.headers.getSetCookie()
    // Typed as a sign-in that is done; with a second factor it is not, and has no session.
    if ('twoFactorRedirect' in signedIn.response) return { waitsForCode: true, cookies }
    return this.#parts.enter(cookies, client)
  }

  /** Replaces the password of the one who asks. All sessions end; the asking browser gets a new one. */
  async changePassword(principal: Principal, { cookie = '', client }: Credentials, input: unknown): Promise<SignedIn> {
    const { userId } = requireAccount(principal)
    const body = parseInput(ChangePasswordBody, input)
    const tally = { name: `password ${userId}`, max: maxFailures.password }
    this.#parts.refuseGuessing([tally])
    this.#parts.failures.fail(tally.name)
    const auth = await this.#parts.auth()
    const changed = await this.#parts.turns.run('known', 0, () =>
      auth.api
        .changePassword({ body: { ...body, revokeOtherSessions: true }, headers: clientHeaders(client, cookie), returnHeaders: true })
        .catch(nullWhenRefused),
    )
    if (changed === null) {
      const message = 'This is not the current password.'
      throw new ProblemError('REQUEST_INVALID', `currentPassword: ${message}`, [{ path: 'currentPassword', message }])
    }
    this.#parts.failures.forgive(tally.name)
    const signedIn = await this.#parts.enter(changed.headers.getSetCookie(), client, principal.workspace.id)
    const ctx = { platform: this.#platform, workspaceId: principal.workspace.id, actor: principal.actor, scopes: principal.scopes }
    const summary = 'Changed the password of their account; all other sessions ended.'
    await inTransaction(ctx, (tx) => audit(tx, ctx, { action: 'account.password', subjectId: userId, summary }))
    return signedIn
  }

  /** Ends the session of the cookie. Lines that clear it. */
  async signOut(cookie: string | undefined): Promise<string[]> {
    const { headers } = await (await this.#parts.auth()).api.signOut({
      headers: new Headers({ cookie: cookie ?? '' }),
      returnHeaders: true,
    })
    return headers.getSetCookie()
  }

  /** The caller. Throws AUTH_REQUIRED without credentials and AUTH_INVALID with wrong ones. */
  async authenticate({ bearer, cookie, workspaceId, client, renews = false }: Credentials): Promise<Principal> {
    if (bearer !== undefined) {
      if (this.#token.matches(bearer)) return principalOfOperator(this.#db, workspaceId)
      return principalOfApiKey(this.#db, this.#platform.clock, bearer)
    }
    const principal = cookie === undefined ? null : await this.#parts.principalOf(cookie, client, renews)
    if (principal === null) throw new ProblemError('AUTH_REQUIRED', 'This needs a signed-in session or an API key.')
    return principal
  }

  /** Moves a session to another workspace of its user. */
  async switchWorkspace(principal: Principal, { cookie = '', client }: Credentials, input: unknown): Promise<Principal> {
    const { workspaceId } = parseInput(PatchSessionBody, input)
    if (principal.via !== 'cookie') throw new ProblemError('SCOPE_MISSING', 'Only a signed-in session can change its workspace.')
    const member = await this.#memberships(principal.actor.id)
    if (!member.some((row) => row.id === workspaceId)) throw new ProblemError('NOT_FOUND', 'There is no such workspace here.')
    const { sessionId } = requireAccount(principal)
    await this.#db.updateTable('auth_session').set({ active_workspace_id: workspaceId }).where('id', '=', sessionId).execute()
    const moved = await this.#parts.principalOf(cookie, client)
    if (moved === null) throw new ProblemError('AUTH_REQUIRED', 'The session has ended.')
    const ctx = { platform: this.#platform, workspaceId, actor: moved.actor, scopes: moved.scopes }
    await inTransaction(ctx, (tx) =>
      audit(tx, ctx, { action: 'session.workspace', subjectId: workspaceId, summary: `Came to work in ${moved.workspace.name}.` }),
    )
    return moved
  }

  /** The caller as the API shows it. */
  async sessionOf(principal: Principal): Promise<Session> {
    const { actor, email, workspace, scopes, needsTwoFactor } = principal
    const workspaces = actor.kind === 'user' ? await this.#memberships(actor.id) : [workspace]
    const user = actor.kind === 'user' ? { id: actor.id, name: actor.name, email: email ?? '' } : null
    return { user, workspace, workspaces, scopes: [...scopes], needsTwoFactor }
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
}
