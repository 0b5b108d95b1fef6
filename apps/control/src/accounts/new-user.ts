import { isoTime } from '@sluice/base/clock'
import type { Tx } from '../db/index.ts'
import { insertLogin } from './replace-password.ts'

type NewUser = {
  readonly id: string
  readonly name: string
  /** In small letters. */
  readonly email: string
  /** Somebody proved that the mailbox is theirs. */
  readonly isProven: boolean
  readonly login: { readonly provider: 'credential'; readonly hash: string } | { readonly provider: 'oidc'; readonly subject: string }
  readonly nowMs: number
}

/** An account and the way in to it, in the rows that better-auth reads. */
export async function insertUser(tx: Tx, { id, name, email, isProven, login, nowMs }: NewUser): Promise<void> {
  const at = isoTime(nowMs)
  await tx
    .insertInto('auth_user')
    .values({ id, name, email, email_verified: isProven ? 1 : 0, image: null, created_at: at, updated_at: at })
    .execute()
  const how =
    login.provider === 'credential'
      ? { provider: login.provider, accountId: id, password: login.hash }
      : { provider: login.provider, accountId: login.subject, password: null }
  await insertLogin(tx, { userId: id, ...how, nowMs })
}
