import {
  ApiKey,
  AuditEntry,
  CatalogueEntry,
  CreateApiKeyBody,
  CreatedApiKey,
  CreateWorkspaceBody,
  PageQuery,
  pageOf,
  paths,
  VaultRotation,
  WorkspaceRef,
} from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { createApiKey, deleteApiKey, listApiKeys } from '../../services/api-key/index.ts'
import { listAudit } from '../../services/audit/index.ts'
import { requireScope } from '../../services/index.ts'
import { rotateVaultKey } from '../../services/vault/index.ts'
import { createWorkspace } from '../../services/workspace/index.ts'
import type { App } from '../app.ts'
import { contextOf, principalOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Workspaces, API keys, the audit log, the vault and the catalogue. */
export function accessRoutes(server: FastifyInstance, app: App): void {
  const workspaces = {
    tag: 'workspace',
    summary: 'List the workspaces that the caller may work in',
    operationId: 'listWorkspaces',
  } as const
  server.get(paths.workspaces, { schema: describe({ ...workspaces, answer: pageOf(WorkspaceRef) }) }, async (request) => {
    const { workspaces: items } = await app.accounts.sessionOf(principalOf(request))
    return { items, next: null }
  })

  const create = { tag: 'workspace', summary: 'Make a workspace', operationId: 'createWorkspace', status: 201 } as const
  server.post(
    paths.workspaces,
    { schema: describe({ ...create, body: CreateWorkspaceBody, answer: WorkspaceRef }) },
    async (request, reply) => reply.code(201).send(await createWorkspace(contextOf(app, request), request.body)),
  )

  const keys = { tag: 'workspace', summary: 'List API keys', operationId: 'listApiKeys' } as const
  server.get(paths.apiKeys, { schema: describe({ ...keys, query: PageQuery, answer: pageOf(ApiKey) }) }, async (request) =>
    listApiKeys(contextOf(app, request), request.query),
  )

  const newKey = {
    tag: 'workspace',
    summary: 'Make an API key; the only answer that holds it',
    operationId: 'createApiKey',
    status: 201,
  } as const
  server.post(paths.apiKeys, { schema: describe({ ...newKey, body: CreateApiKeyBody, answer: CreatedApiKey }) }, async (request, reply) =>
    reply.code(201).send(await createApiKey(contextOf(app, request), request.body)),
  )

  server.delete(
    paths.apiKey(':id'),
    { schema: describe({ tag: 'workspace', summary: 'Revoke an API key', operationId: 'deleteApiKey' }) },
    async (request, reply) => {
      await deleteApiKey(contextOf(app, request), idOf(request))
      app.hub.cutActor(idOf(request), 'the API key was revoked')
      return reply.code(204).send()
    },
  )

  const audit = { tag: 'workspace', summary: 'Who did what, newest first', operationId: 'listAudit' } as const
  server.get(paths.audit, { schema: describe({ ...audit, query: PageQuery, answer: pageOf(AuditEntry) }) }, async (request) =>
    listAudit(contextOf(app, request), request.query),
  )

  const rotate = {
    tag: 'operation',
    summary: 'Make a new vault key and encrypt every secret of the deployment under it; needs deployment:write',
    operationId: 'rotateVault',
  } as const
  server.post(paths.vaultRotate, { schema: describe({ ...rotate, answer: VaultRotation }) }, async (request) =>
    rotateVaultKey(contextOf(app, request)),
  )

  const catalogue = { tag: 'destinations', summary: 'List the platforms that Sluice knows', operationId: 'getCatalogue' } as const
  server.get(paths.catalogue, { schema: describe({ ...catalogue, answer: pageOf(CatalogueEntry) }) }, async (request) => {
    requireScope(contextOf(app, request), 'destination:read')
    return { items: app.platform.catalogue.entries, next: null }
  })
}
