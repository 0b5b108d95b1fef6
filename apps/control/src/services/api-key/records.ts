import { createHash, randomBytes } from 'node:crypto'
import { isoTime } from '@sluice/base/clock'
import { type ApiKey, type Scope, WorkspaceScope } from '@sluice/contract/api'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { ApiKeyTable } from '../../db/index.ts'

export type ApiKeyRow = Selectable<ApiKeyTable>

const keyPrefix = 'slk_'
const keyBytes = 32
const shownCharacters = 12

/** A new API key: `slk_` and 256 random bits. */
export const newApiKey = (): string => `${keyPrefix}${randomBytes(keyBytes).toString('base64url')}`

/** What is stored in place of the key: with 256 random bits a plain digest is enough. */
export const hashApiKey = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex')

export const shownPrefix = (key: string): string => key.slice(0, shownCharacters)

/** Scopes as they are stored; ones that this version does not know, or that no key may have, are left out. */
export const parseScopes = (json: string): WorkspaceScope[] =>
  z
    .array(z.string())
    .parse(JSON.parse(json))
    .flatMap((scope) => WorkspaceScope.safeParse(scope).data ?? [])

/** What follows from a scope: who may change what a class says may let an output leave it, and who runs the workspace reads its log. */
const implied: Partial<Record<WorkspaceScope, readonly WorkspaceScope[]>> = { 'workspace:write': ['policy:override', 'audit:read'] }

/** All that a key with these scopes may do. */
export const reachOf = (scopes: readonly WorkspaceScope[]): Set<Scope> =>
  new Set(scopes.flatMap((scope) => [scope, ...(implied[scope] ?? [])]))

export const toApiKey = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: parseScopes(row.scopes),
  createdAt: isoTime(row.created_at_ms),
  lastUsedAt: row.last_used_at_ms === null ? null : isoTime(row.last_used_at_ms),
  expiresAt: row.expires_at_ms === null ? null : isoTime(row.expires_at_ms),
})
