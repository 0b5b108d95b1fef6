import { CreateApiKeyBody, type CreatedApiKey, keyScopes } from '@sluice/contract/api'
import { newId } from '../../db/index.ts'
import { audit, inTransaction, ProblemError, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { hashApiKey, newApiKey, shownPrefix, toApiKey } from './records.ts'

/** Makes an API key with scopes that its maker has. The answer is the only one that ever holds the key. */
export async function createApiKey(ctx: ServiceContext, input: unknown): Promise<CreatedApiKey> {
  requireScope(ctx, 'apikey:write')
  const body = parseInput(CreateApiKeyBody, input)
  const scopes = body.role === undefined ? (body.scopes ?? []) : keyScopes(body.role)
  const beyond = scopes.filter((scope) => !ctx.scopes.has(scope))
  if (beyond.length > 0)
    throw new ProblemError('SCOPE_MISSING', `A key cannot have more rights than the one who creates it: ${beyond.join(', ')}.`)
  const nowMs = ctx.platform.clock.wallMs()
  const expiresAtMs = body.expiresAt === null ? null : Date.parse(body.expiresAt)
  if (expiresAtMs !== null && expiresAtMs <= nowMs) {
    const message = 'The expiry time is in the past.'
    throw new ProblemError('REQUEST_INVALID', message, [{ path: 'expiresAt', message }])
  }
  const key = newApiKey()
  const row = {
    id: newId(nowMs),
    workspace_id: ctx.workspaceId,
    name: body.name,
    prefix: shownPrefix(key),
    hash: hashApiKey(key),
    scopes: JSON.stringify([...new Set(scopes)]),
    created_at_ms: nowMs,
    last_used_at_ms: null,
    expires_at_ms: expiresAtMs,
  }
  return inTransaction(ctx, async (tx) => {
    await tx.insertInto('api_key').values(row).execute()
    const summary = `Created the API key ${row.name} (${row.prefix}...).`
    await audit(tx, ctx, { action: 'api-key.create', subjectId: row.id, summary, detail: { scopes } })
    return { ...toApiKey(row), key }
  })
}
