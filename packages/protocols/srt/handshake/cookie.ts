import { macOf, randomKey } from '../crypto.ts'

const MINUTE_MS = 60_000

/**
 * Cookies of a listener: a MAC of the caller's address, port and minute, so that the first step of a handshake needs no
 * memory, and a cookie is worth nothing from another address. Spec: draft-sharabayko-srt-01 §4.3.1.1
 */
export class CookieJar {
  readonly #secret = randomKey(32)

  /** The cookie for a caller, 32 bits, never 0. */
  make(address: string, port: number, nowMs: number): number {
    return this.#of(address, port, Math.floor(nowMs / MINUTE_MS))
  }

  /** True for a cookie made for this caller in this minute or the one before. */
  isValid(cookie: number, address: string, port: number, nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS)
    return cookie === this.#of(address, port, minute) || cookie === this.#of(address, port, minute - 1)
  }

  #of(address: string, port: number, minute: number): number {
    return macOf(this.#secret, `${address}|${port}|${minute}`) || 1
  }
}
