import { Readable } from 'node:stream'
import {
  ApiKey,
  AuditEntry,
  AuditExportQuery,
  AuditQuery,
  CatalogueEntry,
  CreateApiKeyBody,
  CreatedApiKey,
  CreateWorkspaceBody,
  DeleteWorkspaceQuery,
  PageQuery,
  PatchWorkspaceBody,
  pageOf,
  paths,
  VaultRotation,
  WorkspaceRef,
} from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { createApiKey, deleteApiKey, listApiKeys } from '../../services/api-key/index.ts'
import { exportAudit, listAudit } from '../../services/audit/index.ts'
import { requireScope } from '../../services/index.ts'
import { rotateVaultKey } from '../../services/vault/index.ts'
import { createWorkspace, deleteWorkspace, renameWorkspace } from '../../services/workspace/index.ts'
import type { App } from '../app.ts'
import { contextOf, principalOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Workspaces, API keys, the audit log, the vault and the catalogue. */
export function accessRoutes(server: FastifyInstance, app: App): void {
  const workspaces = {
    tag: 'workspace',
    summary: 'List the caller’s workspaces',
    operationId: 'listWorkspaces',
  } as const
  server.get(paths.workspaces, { schema: describe({ ...workspaces, answer: pageOf(WorkspaceRef) }) }, async (request) => {
    const { workspaces: items } = await app.accounts.sessionOf(principalOf(request))
    return { items, next: null }
  })

  const create = { tag: 'workspace', summary: 'Create a workspace', operationId: 'createWorkspace', status: 201 } as const
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
    summary: 'Create an API key; only this answer contains it',
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
  server.get(paths.audit, { schema: describe({ ...audit, query: AuditQuery, answer: pageOf(AuditEntry) }) }, async (request) =>
    listAudit(contextOf(app, request), request.query),
  )

  const all = { tag: 'workspace', summary: 'The audit log as one file, CSV or JSON', operationId: 'exportAudit' } as const
  server.get(paths.auditExport, { schema: describe({ ...all, query: AuditExportQuery, answer: z.string() }) }, async (request, reply) => {
    const { contentType, fileName, parts } = exportAudit(contextOf(app, request), request.query)
    void reply.header('content-disposition', `attachment; filename="${fileName}"`)
    return reply.type(contentType).send(Readable.from(parts))
  })

  const rename = { tag: 'workspace', summary: 'Rename the workspace', operationId: 'renameWorkspace' } as const
  server.patch(paths.workspace, { schema: describe({ ...rename, body: PatchWorkspaceBody, answer: WorkspaceRef }) }, async (request) =>
    renameWorkspace(contextOf(app, request), principalOf(request).workspace.role, request.body),
  )

  const remove = {
    tag: 'workspace',
    summary: 'Delete the workspace with everything in it; its channels go off air first',
    operationId: 'deleteWorkspace',
  } as const
  server.delete(paths.workspace, { schema: describe({ ...remove, query: DeleteWorkspaceQuery }) }, async (request, reply) => {
    await deleteWorkspace(contextOf(app, request), request.query)
    return reply.code(204).send()
  })

  const rotate = {
    tag: 'operation',
    summary: 'Create a new vault key and re-encrypt every secret of the deployment with it; needs deployment:write',
    operationId: 'rotateVault',
  } as const
  server.post(paths.vaultRotate, { schema: describe({ ...rotate, answer: VaultRotation }) }, async (request) =>
    rotateVaultKey(contextOf(app, request)),
  )

  const catalogue = { tag: 'destinations', summary: 'List the platforms in the catalogue', operationId: 'getCatalogue' } as const
  server.get(paths.catalogue, { schema: describe({ ...catalogue, answer: pageOf(CatalogueEntry) }) }, async (request) => {
    requireScope(contextOf(app, request), 'destination:read')
    return { items: app.platform.catalogue.entries, next: null }
  })
}
