import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@sluice/base/clock'
import { readCookie } from './read-cookie.ts'

const cookieName = 'sluice_device'
const lifeSeconds = 365 * 24 * 60 * 60
const form = /^([A-Za-z0-9_-]{22})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})$/

/**
 * A signed cookie that a browser keeps after a good sign-in, for one account. It signs nobody in: attempts that bring it are counted apart
 * from those of its address, so that nobody else's wrong passwords shut its owner out.
 */
export class KnownDevices {
  readonly #clock: Clock
  readonly #key: Buffer

  constructor(clock: Clock, secret: string) {
    this.#clock = clock
    this.#key = createHmac('sha256', secret).update('known devices').digest()
  }

  /** The device's id, when the cookies hold one that was made for this account. */
  read(cookies: string | undefined, account: string): string | null {
    const value = cookies === undefined ? null : readCookie(cookies, cookieName)
    const [, id = '', issued = '', given = ''] = form.exec(value ?? '') ?? []
    if (id === '') return null
    const isOurs = timingSafeEqual(Buffer.from(given), Buffer.from(this.#sign(account, id, issued)))
    const ageSeconds = this.#clock.wallMs() / 1000 - Number(issued)
    return isOurs && ageSeconds < lifeSeconds ? id : null
  }

  /** A Set-Cookie line. */
  cookieFor(account: string): string {
    const id = randomBytes(16).toString('base64url')
    const issued = String(Math.floor(this.#clock.wallMs() / 1000))
    const value = `${id}.${issued}.${this.#sign(account, id, issued)}`
    return `${cookieName}=${value}; Max-Age=${lifeSeconds}; Path=/api/v1/session; HttpOnly; SameSite=Strict`
  }

  #sign(account: string, id: string, issued: string): string {
    return createHmac('sha256', this.#key).update([account, id, issued].join('\0'), 'utf8').digest('base64url')
  }
}
