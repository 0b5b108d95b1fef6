import { addressGroup } from '@sluice/base/address'
import { type Account, SecondFactorBody, type TwoFactorSetup } from '@sluice/contract/api'
import { audit, inTransaction, ProblemError, parseInput } from '../services/index.ts'
import { clientHeaders } from './client-headers.ts'
import type { Principal } from './principal.ts'
import type { Asked, Proof } from './proof.ts'
import { readCookie } from './read-cookie.ts'
import { type Client, requireAccount } from './sessions.ts'
import { nullWhenRefused, type SignedIn, type SignInParts } from './sign-in-parts.ts'

const pendingCookie = 'sluice.two_factor'
/** Wrong codes of one network in 15 minutes, together with its wrong passwords. */
const maxFailures = 30
const digits = /^[0-9]{6}$/

/** The second step of a sign-in, by an authenticator app or a recovery code, and its setting up. Secrets and codes are better-auth's, encrypted. */
export class SecondFactor {
  readonly #parts: SignInParts
  readonly #proof: Proof

  constructor(parts: SignInParts, proof: Proof) {
    this.#parts = parts
    this.#proof = proof
  }

  /** Finishes a sign-in whose password was right. Throws AUTH_INVALID, or AUTH_REQUIRED when it has to begin again. */
  async signIn(input: unknown, cookie: string, client: Client): Promise<SignedIn> {
    const { code } = parseInput(SecondFactorBody, input)
    const pending = readCookie(cookie, pendingCookie)
    if (pending === null) throw new ProblemError('AUTH_REQUIRED', 'This sign-in took longer than ten minutes. Enter your password again.')
    const tally = { name: `network ${addressGroup(client.address)}`, max: maxFailures }
    this.#parts.refuseGuessing([tally])
    this.#parts.failures.fail(tally.name)
    // Nothing of an older session: it would be asked in place of the sign-in that waits.
    const headers = clientHeaders(client, `${pendingCookie}=${encodeURIComponent(pending)}`)
    const { api } = await this.#parts.auth()
    const verified = digits.test(code)
      ? await api.verifyTOTP({ body: { code }, headers, returnHeaders: true }).catch(nullWhenRefused)
      : await api.verifyBackupCode({ body: { code }, headers, returnHeaders: true }).catch(nullWhenRefused)
    if (verified === null) {
      throw new ProblemError('AUTH_INVALID', 'This code is wrong or has expired. After five wrong codes, enter your password again.', [
        { path: 'code', message: 'This code is wrong or has expired.' },
      ])
    }
    this.#parts.failures.forgive(tally.name)
    const signedIn = await this.#parts.enter(verified.headers.getSetCookie(), client)
    await this.#refuseReplay(signedIn.principal, code)
    return signedIn
  }

  /** Throws AUTH_INVALID for a code that was used before; its session ends. */
  async #refuseReplay({ actor, sessionId }: Principal, code: string): Promise<void> {
    if (!this.#proof.isUsed(actor.id, code) || sessionId === null) return
    await this.#parts.platform.db.deleteFrom('auth_session').where('id', '=', sessionId).execute()
    throw new ProblemError('AUTH_INVALID', 'This code was used already. Wait for the next one.', [
      { path: 'code', message: 'This code was used already. Wait for the next one.' },
    ])
  }

  /** How the account signs in. */
  async account(principal: Principal): Promise<Account> {
    const { userId } = requireAccount(principal)
    const { db } = this.#parts.platform
    const user = await db.selectFrom('auth_user').selectAll().where('id', '=', userId).executeTakeFirstOrThrow()
    const logins = await db.selectFrom('auth_account').select('provider_id').where('user_id', '=', userId).execute()
    return {
      name: user.name,
      email: user.email,
      hasPassword: logins.some(({ provider_id }) => provider_id === 'credential'),
      hasTwoFactor: user.two_factor_enabled === 1,
      hasProvider: logins.some(({ provider_id }) => provider_id === 'oidc'),
    }
  }

  /** A new secret for the app, and recovery codes. Nothing counts before `confirm`. */
  async begin(asked: Asked, input: unknown): Promise<TwoFactorSetup> {
    const { hasTwoFactor } = await this.account(asked.principal)
    if (hasTwoFactor) throw new ProblemError('TWO_FACTOR_STATE', 'Two-factor sign-in is on. Turn it off first to set up another app.')
    const { totpURI: uri, backupCodes: recoveryCodes } = await this.#proof.withPassword(asked, input, async (password, headers) =>
      (await this.#parts.auth()).api.enableTwoFactor({ body: { password }, headers }),
    )
    return { uri, secret: new URL(uri).searchParams.get('secret') ?? '', recoveryCodes }
  }

  /** Turns it on: the app has shown that it counts right. Other browsers are signed out, this one gets a new session. */
  async confirm({ principal, cookie, client }: Asked, input: unknown): Promise<SignedIn> {
    const { userId } = requireAccount(principal)
    const { code } = parseInput(SecondFactorBody, input)
    const { api } = await this.#parts.auth()
    const headers = clientHeaders(client, cookie)
    const verified = await this.#proof.codeAttempt(userId, () =>
      api.verifyTOTP({ body: { code }, headers, returnHeaders: true }).catch(nullWhenRefused),
    )
    if (verified === null) {
      const message = 'This code is wrong. Check that the clock of your phone is right, and enter the next one.'
      throw new ProblemError('REQUEST_INVALID', message, [{ path: 'code', message }])
    }
    const lines = verified.headers.getSetCookie()
    if (lines.length === 0) throw new ProblemError('TWO_FACTOR_STATE', 'Two-factor sign-in is on already.')
    const signedIn = await this.#parts.enter(lines, client, principal.workspace.id)
    await this.#note(signedIn.principal, 'Turned on two-factor sign-in; all other sessions ended.', true)
    return signedIn
  }

  /** Turns it off, for the password and a code. Other browsers are signed out, this one gets a new session. */
  async end(asked: Asked, input: unknown): Promise<SignedIn> {
    const { hasTwoFactor } = await this.account(asked.principal)
    if (!hasTwoFactor) throw new ProblemError('TWO_FACTOR_STATE', 'Two-factor sign-in is off.')
    await this.#proof.require(asked, input)
    const ended = await this.#proof.withPassword(asked, input, async (password, headers) =>
      (await this.#parts.auth()).api.disableTwoFactor({ body: { password }, headers, returnHeaders: true }),
    )
    const signedIn = await this.#parts.enter(ended.headers.getSetCookie(), asked.client, asked.principal.workspace.id)
    await this.#note(signedIn.principal, 'Turned off two-factor sign-in; all other sessions ended.', true)
    return signedIn
  }

  /** New recovery codes, for the password and a code: they are as good as one. The old ones are dead. */
  async renewCodes(asked: Asked, input: unknown): Promise<{ recoveryCodes: string[] }> {
    const { hasTwoFactor } = await this.account(asked.principal)
    if (!hasTwoFactor) throw new ProblemError('TWO_FACTOR_STATE', 'Two-factor sign-in is off.')
    await this.#proof.require(asked, input)
    const { backupCodes } = await this.#proof.withPassword(asked, input, async (password, headers) =>
      (await this.#parts.auth()).api.generateBackupCodes({ body: { password }, headers }),
    )
    await this.#note(asked.principal, 'Made new recovery codes.', false)
    return { recoveryCodes: backupCodes }
  }

  async #note(principal: Principal, summary: string, endsOthers: boolean): Promise<void> {
    const { platform } = this.#parts
    const { userId, sessionId } = requireAccount(principal)
    const ctx = { platform, workspaceId: principal.workspace.id, actor: principal.actor, scopes: principal.scopes }
    await inTransaction(ctx, async (tx) => {
      if (endsOthers) await tx.deleteFrom('auth_session').where('user_id', '=', userId).where('id', '!=', sessionId).execute()
      await audit(tx, ctx, { action: 'account.two-factor', subjectId: userId, summary })
    })
  }
}
