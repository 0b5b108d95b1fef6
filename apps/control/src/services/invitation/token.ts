import { createHash, randomBytes } from 'node:crypto'

const tokenForm = /^sli_[A-Za-z0-9_-]{43}$/

/** `sli_` and 256 random bits. */
export const newInvitationToken = (): string => `sli_${randomBytes(32).toString('base64url')}`

/** What is stored in place of the token, and looked up: nothing is compared byte by byte. Null: no such token was ever made. */
export const hashInvitationToken = (token: string): string | null =>
  tokenForm.test(token) ? createHash('sha256').update(token, 'utf8').digest('hex') : null
