import type { FastifyRequest } from 'fastify'
import type { Principal } from '../accounts/index.ts'
import type { Audience } from '../live/index.ts'
import type { ServiceContext } from '../services/context.ts'
import { ProblemError } from '../services/problem.ts'
import type { App } from './app.ts'
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

const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/** The workspace that the operator's token wants to work in; others are bound to theirs. */
const workspaceHeader = 'sluice-workspace'

export function credentialsOf(request: FastifyRequest) {
  const { authorization, cookie } = request.headers
  const workspaceId = request.headers[workspaceHeader]
  const bearer = authorization === undefined ? undefined : /^bearer +(\S+)$/i.exec(authorization)?.[1]
  if (authorization !== undefined && bearer === undefined) {
    throw new ProblemError('AUTH_INVALID', 'The Authorization header is not `Bearer` and a key.')
  }
  return { bearer, cookie, workspaceId: typeof workspaceId === 'string' ? workspaceId : undefined }
}

/** Finds out who asks; refuses those who may not, and writes that another site made the browser send. */
export async function authenticate(app: App, request: FastifyRequest): Promise<void> {
  if (request.routeOptions.config.isPublic === true) return
  request.principal = await app.accounts.authenticate(credentialsOf(request))
  if (request.principal.via === 'cookie' && !safeMethods.includes(request.method)) requireOwnOrigin(app, request, 'always')
}

/** A browser says where a request comes from; only our own pages may send one that changes something. Spec: RFC 6454 §7 */
export function requireOwnOrigin(app: App, request: FastifyRequest, when: 'always' | 'if-given'): void {
  const { origin } = request.headers
  if (origin === undefined && when === 'if-given') return
  const own = [request.host, new URL(publicPlace(app, request).origin).host]
  if (origin !== undefined && URL.canParse(origin) && own.includes(new URL(origin).host)) return
  throw new ProblemError(
    'ORIGIN_REFUSED',
    origin === undefined ? 'The request has no Origin header.' : 'The Origin header names another site.',
  )
}

/** What the services need to know of the caller. */
export function contextOf(app: App, request: FastifyRequest): ServiceContext {
  const principal = principalOf(request)
  return { platform: app.platform, workspaceId: principal.workspace.id, actor: principal.actor, scopes: principal.scopes }
}

export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new ProblemError('AUTH_REQUIRED', 'This needs a signed-in session or an API key.')
  return request.principal
}

export const audienceOf = (app: App, request: FastifyRequest): Audience => ({
  place: publicPlace(app, request),
  canReadKeys: principalOf(request).scopes.has('key:read'),
})
