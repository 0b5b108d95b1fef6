import type { Role, Scope } from '@sluice/contract/api'
import type { Actor } from '../services/index.ts'

/** Who asks, in which workspace, with what rights. */
export type Principal = {
  readonly actor: Actor
  readonly email: string | null
  readonly workspace: { readonly id: string; readonly name: string; readonly role: Role }
  readonly scopes: ReadonlySet<Scope>
  /** A cookie comes by itself with any request of that browser, so that its writes must prove their origin. */
  readonly via: 'cookie' | 'bearer'
  /** Of the cookie. */
  readonly sessionId: string | null
  /** A Set-Cookie line for the answer: the session's two weeks began again with this request. */
  readonly renewedCookie: string | null
  /** The workspace asks for a second factor that the account does not have: it has no scope until then. */
  readonly needsTwoFactor: boolean
}
