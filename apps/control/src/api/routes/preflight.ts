import { PatchWorkspaceSettingsBody, Preflight, PreflightOutput, PreflightTargetBody, paths, WorkspaceSettings } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { preflightChannel, preflightTarget, type Sight } from '../../services/preflight/index.ts'
import { getWorkspaceSettings, updateWorkspaceSettings } from '../../services/workspace/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Looking before leaping: preflight of a channel or of one destination, and what the workspace says of its line. */
export function preflightRoutes(server: FastifyInstance, app: App): void {
  const sight: Sight = { live: app.presenter.live, probe: (channelId, request) => app.reconciler.probe(channelId, request) }

  const whole = {
    tag: 'channels',
    summary: 'Run preflight: check everything that can be checked before going live',
    operationId: 'preflightChannel',
  } as const
  server.post(paths.channelPreflight(':id'), { schema: describe({ ...whole, answer: Preflight }) }, async (request) =>
    preflightChannel(contextOf(app, request), sight, idOf(request)),
  )

  const one = { tag: 'destinations', summary: 'Test a destination before creating it', operationId: 'preflightTarget' } as const
  server.post(paths.preflight, { schema: describe({ ...one, body: PreflightTargetBody, answer: PreflightOutput }) }, async (request) =>
    preflightTarget(contextOf(app, request), sight, request.body),
  )

  const settings = { tag: 'workspace', summary: 'Get the workspace settings', operationId: 'getWorkspaceSettings' } as const
  server.get(paths.workspaceSettings, { schema: describe({ ...settings, answer: WorkspaceSettings }) }, async (request) =>
    getWorkspaceSettings(contextOf(app, request)),
  )

  const change = { tag: 'workspace', summary: 'Change the workspace settings', operationId: 'updateWorkspaceSettings' } as const
  server.patch(
    paths.workspaceSettings,
    { schema: describe({ ...change, body: PatchWorkspaceSettingsBody, answer: WorkspaceSettings }) },
    async (request) => updateWorkspaceSettings(contextOf(app, request), request.body),
  )
}
