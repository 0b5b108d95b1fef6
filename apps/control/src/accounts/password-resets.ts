import { createHash, randomBytes } from 'node:crypto'
import { addressGroup } from '@sluice/base/address'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { paths, RequestResetBody, ResetPasswordBody } from '@sluice/contract/api'
import { commit } from '../db/index.ts'
import { ProblemError, parseInput } from '../services/index.ts'
import { replacePassword } from './replace-password.ts'
import type { Client } from './sessions.ts'
import type { SignInParts } from './sign-in-parts.ts'

const lifeMs = 30 * 60_000
/** In 15 minutes. Mails to one address, of whoever asks: a mailbox is not flooded. */
const maxAsked = { account: 3, network: 10 } as const
const maxFailures = 30
const tokenForm = /^slp_[A-Za-z0-9_-]{43}$/

const hashOf = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex')

/** A new password by a link that goes to the account's mailbox. What is answered, and when, does not depend on whether there is such an account. */
export class PasswordResets {
  readonly #parts: SignInParts
  readonly #log: Logger

  constructor(parts: SignInParts, log: Logger) {
    this.#parts = parts
    this.#log = log
  }

  get isPossible(): boolean {
    return this.#parts.platform.mail !== null
  }

  /** Says that the mail is on its way before it is known whether there is one to send. Throws MAIL_OFF or AUTH_RATE_LIMITED. */
  request(input: unknown, client: Client, origin: string): void {
    const email = parseInput(RequestResetBody, input).email.toLowerCase()
    if (!this.isPossible) {
      throw new ProblemError(
        'MAIL_OFF',
        'Sluice sends no mail. Whoever runs this machine resets passwords: npm run account -- reset-password.',
      )
    }
    const { failures } = this.#parts
    const network = { name: `reset network ${addressGroup(client.address)}`, max: maxAsked.network }
    this.#parts.refuseGuessing([network])
    failures.fail(network.name)
    const account = `reset ${email}`
    // Who asks for somebody else's account learns nothing from the limit either.
    if (failures.waitSeconds(account, maxAsked.account) > 0) return
    failures.fail(account)
    void this.#send(email, origin).catch((error: unknown) => this.#log.error({ error: messageOf(error) }, 'a password reset was not sent'))
  }

  async #send(email: string, origin: string): Promise<void> {
    const { db, clock, mail } = this.#parts.platform
    const user = await db.selectFrom('auth_user').select(['id', 'name']).where('email', '=', email).executeTakeFirst()
    if (user === undefined || mail === null) return
    const token = `slp_${randomBytes(32).toString('base64url')}`
    const nowMs = clock.wallMs()
    await commit(db, async (tx) => {
      // The newest link is the one that counts.
      await tx.deleteFrom('password_reset').where('user_id', '=', user.id).execute()
      await tx.deleteFrom('password_reset').where('expires_at_ms', '<=', nowMs).execute()
      await tx
        .insertInto('password_reset')
        .values({ token_hash: hashOf(token), user_id: user.id, expires_at_ms: nowMs + lifeMs })
        .execute()
    })
    const text = [
      `Hello ${user.name},`,
      '',
      'somebody asked for a new password for your Sluice account. Open this link to choose one:',
      `${origin}${paths.resetPage(token)}`,
      '',
      'It works once, for 30 minutes. A new password signs you out everywhere; streams keep running.',
      'If it was not you, delete this mail: your password stays as it is.',
      '',
    ].join('\n')
    await mail.send({ to: email, subject: 'Reset your Sluice password', text })
  }

  /** Sets the password. The account, whose sessions have ended; signing in is the next step, with a second factor where there is one. */
  async confirm(input: unknown, client: Client): Promise<{ userId: string }> {
    const { token, password } = parseInput(ResetPasswordBody, input)
    const { platform, turns, failures } = this.#parts
    const { db, clock } = platform
    const tally = { name: `network ${addressGroup(client.address)}`, max: maxFailures }
    this.#parts.refuseGuessing([tally])
    const hash = hashOf(token)
    const open = await db.selectFrom('password_reset').select('expires_at_ms').where('token_hash', '=', hash).executeTakeFirst()
    if (!tokenForm.test(token) || open === undefined || open.expires_at_ms <= clock.wallMs()) {
      failures.fail(tally.name)
      throw invalid()
    }
    const auth = await this.#parts.auth()
    const passwordHash = await turns.run('known', 0, async () => (await auth.$context).password.hash(password))
    return commit(db, async (tx) => {
      const taken = await tx.deleteFrom('password_reset').where('token_hash', '=', hash).returning('user_id').executeTakeFirst()
      if (taken === undefined) throw invalid()
      // The link came to this mailbox.
      await tx.updateTable('auth_user').set({ email_verified: 1 }).where('id', '=', taken.user_id).execute()
      const user = await tx
        .selectFrom('auth_user')
        .select(['id', 'name', 'email'])
        .where('id', '=', taken.user_id)
        .executeTakeFirstOrThrow()
      const actor = { kind: 'user', id: user.id, name: `${user.name}, by mail` } as const
      await replacePassword(tx, { clock, actor, user, hash: passwordHash })
      return { userId: user.id }
    })
  }
}

const invalid = (): ProblemError =>
  new ProblemError('RESET_LINK_INVALID', 'This link was used, replaced by a newer one, or is older than 30 minutes. Ask for a new one.')
