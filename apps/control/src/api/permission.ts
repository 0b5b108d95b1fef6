import { BugError } from '@sluice/base/errors'
import { missingScopes, type OperationId, type Permission, routePermissions } from '@sluice/contract/api'
import type { FastifyRequest } from 'fastify'
import type { RouteOptions } from 'fastify/types/route.js'
import { ProblemError, requireScope } from '../services/index.ts'
import type { App } from './app.ts'
import { contextOf, principalOf } from './caller.ts'

/** The verdict on a route. Throws BugError where the table has none, or the route is open against it: such a route answers nobody. */
function permissionOf({ schema, url, config }: Pick<RouteOptions, 'schema' | 'url' | 'config'>): Permission {
  const { operationId = '' } = (schema ?? {}) as { operationId?: string }
  const permission: Permission | undefined = Object.hasOwn(routePermissions, operationId)
    ? routePermissions[operationId as OperationId]
    : undefined
  if (permission === undefined) throw new BugError(`the route ${url} (${operationId}) has no line in routePermissions`)
  if ((permission === 'public') !== (config?.isPublic === true)) throw new BugError(`the route ${url} is public in one place only`)
  return permission
}

/** Refuses a caller whose role or key does not reach as far as the route. Each verb checks its scope too: it has other callers. */
export function requirePermission(app: App, request: FastifyRequest): void {
  const { schema, url = '', config } = request.routeOptions
  // There is no route at this path: what answers then gives nothing away.
  if (schema === undefined) return
  const permission = permissionOf({ schema, url, config })
  if (permission === 'public') return
  const ctx = contextOf(app, request)
  if (permission === 'person' && principalOf(request).via !== 'cookie')
    throw new ProblemError('SCOPE_MISSING', 'Only a person who is signed in has an account: sign in with e-mail and password.')
  for (const scope of missingScopes(permission, ctx.scopes)) requireScope(ctx, scope)
}
