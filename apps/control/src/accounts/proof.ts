import { ConfirmPasswordBody, SecondFactorBody } from '@sluice/contract/api'
import { ProblemError, parseInput } from '../services/index.ts'
import { clientHeaders } from './client-headers.ts'
import type { Principal } from './principal.ts'
import { type Client, requireAccount } from './sessions.ts'
import { nullWhenRefused, type SignInParts } from './sign-in-parts.ts'

const maxFailures = { password: 5, code: 10 } as const
const digits = /^[0-9]{6}$/
/** A session that began so recently proves as much as a password. */
const freshMs = 10 * 60 * 1000

export type Asked = { readonly principal: Principal; readonly cookie: string; readonly client: Client }

/** That the person at the keyboard is the one who signed in: asked before what a stolen session must not do, to an account's ways in. */
export class Proof {
  readonly #parts: SignInParts

  constructor(parts: SignInParts) {
    this.#parts = parts
  }

  /** What the account has, and with it what must be shown: its password, a code too where there is a second factor, else a fresh sign-in. */
  async require(asked: Asked, input: unknown): Promise<void> {
    const { userId, sessionId } = requireAccount(asked.principal)
    const { db, clock } = this.#parts.platform
    const user = await db.selectFrom('auth_user').select('two_factor_enabled').where('id', '=', userId).executeTakeFirstOrThrow()
    const login = await db
      .selectFrom('auth_account')
      .select('id')
      .where('user_id', '=', userId)
      .where('provider_id', '=', 'credential')
      .executeTakeFirst()
    if (login === undefined) {
      const session = await db.selectFrom('auth_session').select('created_at').where('id', '=', sessionId).executeTakeFirst()
      if (session !== undefined && clock.wallMs() - Date.parse(session.created_at) < freshMs) return
      throw new ProblemError('AUTH_REQUIRED', 'You signed in more than ten minutes ago. Sign out and in again, then repeat this.')
    }
    await this.withPassword(asked, input, async (password, headers) =>
      (await this.#parts.auth()).api.verifyPassword({ body: { password }, headers }),
    )
    if (user.two_factor_enabled === 1) await this.#requireCode(asked, input)
  }

  /** Does what better-auth does for a password only. Throws REQUEST_INVALID for a wrong one, AUTH_RATE_LIMITED for many. */
  async withPassword<T>(
    { principal, cookie, client }: Asked,
    input: unknown,
    work: (password: string, headers: Headers) => Promise<T>,
  ): Promise<T> {
    const { userId } = requireAccount(principal)
    const { password } = parseInput(ConfirmPasswordBody, input)
    const tally = { name: `password ${userId}`, max: maxFailures.password }
    const headers = clientHeaders(client, cookie)
    const done = await this.#attempt(tally, () => this.#parts.turns.run('known', 0, () => work(password, headers).catch(nullWhenRefused)))
    if (done === null) {
      const message = 'This is not your password.'
      throw new ProblemError('REQUEST_INVALID', `password: ${message}`, [{ path: 'password', message }])
    }
    return done
  }

  /** A code of the app or a recovery code, which is used up. */
  async #requireCode({ principal, cookie, client }: Asked, input: unknown): Promise<void> {
    const { userId } = requireAccount(principal)
    const { code } = parseInput(SecondFactorBody, input)
    const { api } = await this.#parts.auth()
    const request = { body: { code }, headers: clientHeaders(client, cookie) }
    const verified = await this.codeAttempt(userId, async () =>
      digits.test(code) ? api.verifyTOTP(request).catch(nullWhenRefused) : api.verifyBackupCode(request).catch(nullWhenRefused),
    )
    if (verified !== null && !this.isUsed(userId, code)) return
    const message = verified === null ? 'This code is wrong or has expired.' : 'This code was used already. Wait for the next one.'
    throw new ProblemError('REQUEST_INVALID', `code: ${message}`, [{ path: 'code', message }])
  }

  /** Null for a wrong code of the account. Throws AUTH_RATE_LIMITED for many. */
  codeAttempt<T>(userId: string, work: () => Promise<T | null>): Promise<T | null> {
    return this.#attempt({ name: `code ${userId}`, max: maxFailures.code }, work)
  }

  /** A code of the app holds for a minute and a half: whoever saw it typed must not use it too. From now on it is used. */
  isUsed(userId: string, code: string): boolean {
    const name = `used code ${userId} ${code}`
    const isUsed = this.#parts.failures.count(name) > 0
    this.#parts.failures.fail(name)
    return isUsed
  }

  /** Counted before it is looked at: many at once are many. */
  async #attempt<T>(tally: { name: string; max: number }, work: () => Promise<T | null>): Promise<T | null> {
    this.#parts.refuseGuessing([tally])
    this.#parts.failures.fail(tally.name)
    const done = await work()
    if (done !== null) this.#parts.failures.forgive(tally.name)
    return done
  }
}
