import { hostKey, parseHostPort, plainAddress } from '@sluice/base/address'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Credentials, Principal } from '../accounts/index.ts'
import type { Audience } from '../present/index.ts'
import { ProblemError, type ServiceContext } from '../services/index.ts'
import type { App } from './app.ts'
import { setCookies } from './cookies.ts'
import { requireOwnHost } from './own-hosts.ts'
import { publicPlace } from './public-place.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before every route that is not public. */
    principal: Principal | null
  }
  interface FastifyContextConfig {
    /** Served without credentials. */
    isPublic?: boolean
    /** Takes a file for as long as it comes. */
    isUpload?: boolean
  }
}

const maxAddressChars = 64
const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/** The workspace that the operator's token wants to work in; others are bound to theirs. */
const workspaceHeader = 'sluice-workspace'

export function credentialsOf(request: FastifyRequest): Credentials {
  const { authorization, cookie, 'user-agent': userAgent = null } = request.headers
  const workspaceId = request.headers[workspaceHeader]
  const bearer = authorization === undefined ? undefined : /^bearer +(\S+)$/i.exec(authorization)?.[1]
  if (authorization !== undefined && bearer === undefined) {
    throw new ProblemError('AUTH_INVALID', 'The Authorization header is not `Bearer` and a key.')
  }
  // What a trusted proxy passes on may be any text.
  const client = { address: plainAddress(request.ip).slice(0, maxAddressChars), userAgent }
  return { bearer, cookie, workspaceId: typeof workspaceId === 'string' ? workspaceId : undefined, client }
}

/** Finds out who asks; refuses those who may not, and writes that another site made the browser send. */
export async function authenticate(app: App, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.routeOptions.config.isPublic === true) return
  const credentials = credentialsOf(request)
  // A key is sent by whoever has it; a cookie comes by itself with what any page asks for under our name.
  if (credentials.bearer === undefined) requireOwnHost(app, request)
  request.principal = await app.accounts.authenticate({ ...credentials, renews: true })
  const { renewedCookie } = request.principal
  if (renewedCookie !== null) setCookies(request, reply, [renewedCookie])
  if (request.principal.via === 'cookie' && !safeMethods.includes(request.method)) requireOwnOrigin(app, request, 'always')
}

/** A browser says where a request comes from; only our own pages may send one that changes something. Spec: RFC 6454 §7 */
export function requireOwnOrigin(app: App, request: FastifyRequest, when: 'always' | 'if-given'): void {
  const { origin } = request.headers
  if (origin === undefined && when === 'if-given') return
  if (origin !== undefined && isOwnOrigin(app, request, origin)) return
  throw new ProblemError(
    'ORIGIN_REFUSED',
    origin === undefined ? 'The request has no Origin header.' : 'The Origin header names another site.',
  )
}

/** Our page's origin has the request's own host, or a public name where a proxy in front changed the Host header. */
function isOwnOrigin(app: App, request: FastifyRequest, origin: string): boolean {
  const { protocol, host, hostname, port } = URL.canParse(origin) ? new URL(origin) : { protocol: '', host: '', hostname: '', port: '' }
  if (protocol !== 'http:' && protocol !== 'https:') return false
  const asked = parseHostPort(request.host)
  if (asked === null) return false
  const ownPort = asked.port === null ? '' : String(asked.port)
  const isSame = hostKey(hostname) === hostKey(asked.host) && (port === ownPort || host === request.host.toLowerCase())
  const isPublic = app.settings.publicHosts.some((name) => hostKey(name) === hostKey(hostname)) && (port === '' || port === ownPort)
  return isSame || isPublic
}

/** What the services need to know of the caller. */
export function contextOf(app: App, request: FastifyRequest): ServiceContext {
  const principal = principalOf(request)
  const { workspace, actor, scopes } = principal
  return { platform: app.platform, workspaceId: workspace.id, actor, scopes, claim: request.idempotency }
}

export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new ProblemError('AUTH_REQUIRED', 'This needs a signed-in session or an API key.')
  return request.principal
}

export const audienceOf = (app: App, request: FastifyRequest): Audience => ({
  place: publicPlace(app, request),
  canReadKeys: principalOf(request).scopes.has('key:read'),
})
