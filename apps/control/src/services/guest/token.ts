import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const tokenPrefix = 'slg_'
const tokenBytes = 32
const tokenForm = /^slg_[A-Za-z0-9_-]{43}$/

/** A new link's token: `slg_` and 256 random bits. */
export const newGuestToken = (): string => `${tokenPrefix}${randomBytes(tokenBytes).toString('base64url')}`

export const isGuestToken = (text: string): boolean => tokenForm.test(text)

/** What is stored in place of the token: with 256 random bits a plain digest is enough. */
export const hashGuestToken = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex')

/** Takes as long for equal as for other digests. */
export const isSameHash = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
