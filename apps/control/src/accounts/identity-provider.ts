import { readFileSync } from 'node:fs'
import { addressGroup, isLoopbackHost } from '@sluice/base/address'
import { messageOf, PolicyError, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { paths, Role, StartOidcBody } from '@sluice/contract/api'
import type { Settings } from '@sluice/contract/settings'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import { audit, inTransaction, ProblemError, parseInput } from '../services/index.ts'
import { admitByProvider, notLinked } from './admit-by-provider.ts'
import type { Auth } from './auth.ts'
import { clientHeaders } from './client-headers.ts'
import type { Principal } from './principal.ts'
import type { Proof } from './proof.ts'
import type { Client } from './sessions.ts'
import type { SignedIn, SignInParts } from './sign-in-parts.ts'

const providerId = 'oidc'
const timeoutMs = 10_000
/** Names by which browsers reach this Sluice: each has its own redirect address. */
const maxOrigins = 16
/** Failed returns of one network in 15 minutes, together with its wrong passwords. */
const maxFailures = 30

const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  userinfo_endpoint: z.url().optional(),
  jwks_uri: z.url(),
})
type Discovery = z.infer<typeof Discovery>
const Claims = z.object({
  sub: z.string().min(1).max(255),
  email: z.email().max(254).optional(),
  email_verified: z.union([z.boolean(), z.stringbool()]).optional(),
  name: z.string().optional(),
})

type Provider = {
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
  readonly name: string
  readonly role: Role | null
}
type Asked = { readonly cookie: string; readonly client: Client; readonly origin: string }

/** The provider of the settings; null: none is set. Throws PolicyError for settings that can't work. */
export function readProvider(settings: Settings): Provider | null {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecretFile: file, oidcName, oidcDefaultRole } = settings
  if (issuer === null) return null
  const url = URL.canParse(issuer) ? new URL(issuer) : null
  // Tokens come over this line: only a machine's own loopback may do without TLS.
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname)))) {
    const what = 'an https:// address'
    throw new PolicyError('SETTING_VALUE', '--oidc-issuer', what, `--oidc-issuer (SLUICE_OIDC_ISSUER) is not ${what}`)
  }
  if (clientId === null || file === null) {
    const what = 'SLUICE_OIDC_CLIENT_ID and SLUICE_OIDC_CLIENT_SECRET_FILE'
    throw new PolicyError('SETTING_VALUE', '--oidc-issuer', what, `SLUICE_OIDC_ISSUER needs ${what} too`)
  }
  return { issuer, clientId, secret: readSecret(file), name: oidcName ?? url.hostname, role: Role.safeParse(oidcDefaultRole).data ?? null }
}

function readSecret(file: string): string {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret !== '') return secret
  } catch (error) {
    throw new SluiceError('SETTING_VALUE', 'operator', `SLUICE_OIDC_CLIENT_SECRET_FILE ${file} can't be read: ${messageOf(error)}`)
  }
  throw new SluiceError('SETTING_VALUE', 'operator', `SLUICE_OIDC_CLIENT_SECRET_FILE ${file} is empty`)
}

/**
 * Sign-in through an OpenID Connect provider. better-auth's plugin does the protocol (state bound to the browser, PKCE, the exchange of the
 * code); here the ID token is checked, and it is decided whom Sluice lets in. The provider is the operator's own setting: it may be private.
 */
export class IdentityProvider {
  readonly #parts: SignInParts
  readonly #proof: Proof
  readonly #provider: Provider
  readonly #log: Logger
  // bound: two for each of `maxOrigins`, the oldest goes
  readonly #auths = new Map<string, Promise<Auth>>()
  #keys: { readonly uri: string; readonly set: ReturnType<typeof createRemoteJWKSet> } | null = null

  constructor(parts: SignInParts, { provider, proof, log }: { provider: Provider; proof: Proof; log: Logger }) {
    this.#parts = parts
    this.#proof = proof
    this.#provider = provider
    this.#log = log
  }

  get name(): string {
    return this.#provider.name
  }

  /** Where the browser goes, and the cookies that bind the answer to it. */
  async start(principal: Principal | null, input: unknown, { cookie, client, origin }: Asked): Promise<{ url: string; cookies: string[] }> {
    const { links } = parseInput(StartOidcBody, input ?? {})
    if (links) {
      if (principal === null) throw new ProblemError('AUTH_REQUIRED', 'Sign in first, to connect your account.')
      // Whoever connects an account of theirs comes in by it from then on, after the password was changed too.
      await this.#proof.require({ principal, cookie, client }, input)
    }
    const { api } = await this.#auth(origin, links)
    const headers = clientHeaders(client, cookie)
    try {
      const begun = links
        ? await api.oAuth2LinkAccount({ body: { providerId, callbackURL: '/settings/account' }, headers, returnHeaders: true })
        : await api.signInWithOAuth2({ body: { providerId, callbackURL: '/' }, headers, returnHeaders: true })
      return { url: begun.response.url, cookies: [...begun.headers.getSetCookie(), linkCookie(links)] }
    } catch (error) {
      throw this.#failed(error, 'The identity provider does not answer. Try again, or sign in with your password.')
    }
  }

  /** The browser is back. Who signed in; null: the account that was signed in is connected now. Throws OIDC_FAILED or OIDC_REFUSED. */
  async finish(query: Record<string, string>, { cookie, client, origin }: Asked): Promise<SignedIn | null> {
    const tally = { name: `network ${addressGroup(client.address)}`, max: maxFailures }
    // What fails is logged: nobody fills the log with it.
    this.#parts.refuseGuessing([tally])
    try {
      return await this.#finish(query, { cookie, client, origin })
    } catch (error) {
      this.#parts.failures.fail(tally.name)
      throw error
    }
  }

  async #finish(query: Record<string, string>, { cookie, client, origin }: Asked): Promise<SignedIn | null> {
    const links = /(?:^|;\s*)sluice_oidc_link=1(?:;|$)/.test(cookie)
    const { api } = await this.#auth(origin, links)
    const headers = clientHeaders(client, cookie)
    const principal = links ? await this.#parts.principalOf(cookie, client) : null
    const before = principal === null ? 0 : await this.#connected(principal)
    const answer = await api.oAuth2Callback({ query, params: { providerId }, headers, asResponse: true }).catch((error: unknown) => {
      if (error instanceof ProblemError) throw error
      throw this.#failed(error, 'The sign-in did not work. Try again.')
    })
    const target = new URL(answer.headers.get('location') ?? '/error?error=none', origin)
    const reason = target.searchParams.get('error')
    if (reason !== null) {
      if (reason === 'account_not_linked') throw new ProblemError('OIDC_REFUSED', notLinked)
      throw this.#failed(new Error(reason), 'The sign-in did not work. Try again.')
    }
    const lines = answer.headers.getSetCookie()
    // Sluice asks the provider for nothing later: it keeps none of its tokens.
    await this.#parts.platform.db
      .updateTable('auth_account')
      .set({ access_token: null, refresh_token: null, id_token: null })
      .where('provider_id', '=', providerId)
      .where((where) => where.or([where('access_token', 'is not', null), where('id_token', 'is not', null)]))
      .execute()
    if (principal !== null && (await this.#connected(principal)) > before) await this.#noteConnected(principal)
    return links ? null : this.#parts.enter(lines, client)
  }

  /** How many accounts of the provider an account here is connected to. */
  async #connected({ actor }: Principal): Promise<number> {
    const select = this.#parts.platform.db.selectFrom('auth_account').select('id')
    return (await select.where('user_id', '=', actor.id).where('provider_id', '=', providerId).execute()).length
  }

  async #noteConnected({ actor, workspace, scopes }: Principal): Promise<void> {
    const ctx = { platform: this.#parts.platform, workspaceId: workspace.id, actor, scopes }
    const summary = `Connected their account to ${this.#provider.name}.`
    await inTransaction(ctx, (tx) => audit(tx, ctx, { action: 'account.provider', subjectId: actor.id, summary }))
  }

  /** One for each address of ours: the redirect address is part of it. */
  #auth(origin: string, links: boolean): Promise<Auth> {
    const name = `${links} ${origin}`
    const known = this.#auths.get(name)
    if (known !== undefined) return known
    if (this.#auths.size >= maxOrigins * 2) this.#auths.delete(this.#auths.keys().next().value ?? '')
    const auth = this.#open(origin, links)
    this.#auths.set(name, auth)
    // A provider that was away is asked again.
    auth.catch(() => this.#auths.delete(name))
    return auth
  }

  async #open(origin: string, links: boolean): Promise<Auth> {
    const found = await this.#discover().catch((error: unknown) => {
      throw this.#failed(error, 'The identity provider does not answer. Try again, or sign in with your password.')
    })
    const { createAuth } = await import('./auth.ts')
    return createAuth(this.#parts.platform.db, this.#parts.secret, {
      providerId,
      clientId: this.#provider.clientId,
      clientSecret: this.#provider.secret,
      authorizationUrl: found.authorization_endpoint,
      tokenUrl: found.token_endpoint,
      issuer: found.issuer,
      redirectURI: `${origin}${paths.sessionOidcCallback}`,
      scopes: ['openid', 'email', 'profile'],
      pkce: true,
      disableImplicitSignUp: true,
      getUserInfo: async ({ idToken, accessToken }) => {
        const person = await this.#person(found, idToken, accessToken)
        if (!links) await admitByProvider(this.#parts.platform, person, this.#provider.role)
        return { id: person.subject, email: person.email, emailVerified: person.isProven, name: person.name }
      },
    })
  }

  async #discover(): Promise<Discovery> {
    const { issuer } = this.#provider
    const place = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`
    const answer = await fetch(place, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    if (!answer.ok) throw new Error(`${place} answers ${answer.status}`)
    const found = Discovery.parse(await answer.json())
    if (found.issuer.replace(/\/+$/, '') !== issuer.replace(/\/+$/, '')) throw new Error(`${place} is of the issuer ${found.issuer}`)
    return found
  }

  /** Who signed in, by a token that this provider signed for this client. Spec: OpenID Connect Core 1.0 §3.1.3.7 */
  async #person(found: Discovery, idToken: string | undefined, accessToken: string | undefined) {
    if (idToken === undefined) throw new Error('the provider sent no ID token')
    if (this.#keys?.uri !== found.jwks_uri) {
      this.#keys = { uri: found.jwks_uri, set: createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: timeoutMs }) }
    }
    const { payload } = await jwtVerify(idToken, this.#keys.set, {
      issuer: found.issuer,
      audience: this.#provider.clientId,
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: 60,
    })
    const claims = Claims.parse(await this.#withUserInfo(payload, found, accessToken))
    if (claims.email === undefined) throw new Error('the provider names no e-mail address')
    const email = claims.email.toLowerCase()
    return { subject: claims.sub, email, isProven: claims.email_verified === true, name: claims.name ?? email }
  }

  /** Providers may keep the address for their userinfo endpoint; its subject must be the token's. Spec: OpenID Connect Core 1.0 §5.3.2 */
  async #withUserInfo(payload: JWTPayload, found: Discovery, accessToken: string | undefined): Promise<Record<string, unknown>> {
    if (payload['email'] !== undefined || found.userinfo_endpoint === undefined || accessToken === undefined) return payload
    const answer = await fetch(found.userinfo_endpoint, {
      headers: { authorization: `Bearer ${accessToken}` },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!answer.ok) throw new Error(`userinfo answers ${answer.status}`)
    const info = (await answer.json()) as Record<string, unknown>
    if (info['sub'] !== payload.sub) throw new Error('userinfo is of another subject')
    return { ...payload, ...info }
  }

  #failed(error: unknown, sentence: string): ProblemError {
    if (error instanceof ProblemError) return error
    this.#log.error({ issuer: this.#provider.issuer, error: messageOf(error) }, 'a sign-in through the identity provider failed')
    return new ProblemError('OIDC_FAILED', sentence)
  }
}

/** Which of the two flows the browser is in. It decides nothing about rights: better-auth's sealed state says whose account is connected. */
const linkCookie = (links: boolean): string =>
  `sluice_oidc_link=${links ? 1 : 0}; Max-Age=600; Path=${paths.sessionOidc}; HttpOnly; SameSite=Lax`
