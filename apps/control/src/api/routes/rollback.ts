import { paths, Rollback, RollbackBody, RollbackQuery } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { endRollback, getRollback, startRollback } from '../../services/rollback/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Cutting a channel down to what matters most, and giving it back. */
export function rollbackRoutes(server: FastifyInstance, app: App): void {
  const withGuard = (rollback: Rollback): Rollback => ({ ...rollback, guard: app.guardrail.view(rollback.channelId) })
  const path = paths.channelRollback(':id')
  const get = {
    tag: 'channels',
    summary: 'Get the rollback state of a channel, and what a rollback would keep and stop',
    operationId: 'getRollback',
  } as const
  server.get(path, { schema: describe({ ...get, query: RollbackQuery, answer: Rollback }) }, async (request) =>
    withGuard(await getRollback(contextOf(app, request), app.presenter.live, idOf(request), request.query)),
  )

  const start = {
    tag: 'channels',
    summary: 'Roll back: keep only the most important outputs, live ones first, and lock the source',
    operationId: 'startRollback',
  } as const
  server.post(path, { schema: describe({ ...start, body: RollbackBody, answer: Rollback }) }, async (request) =>
    withGuard(await startRollback(contextOf(app, request), app.presenter.live, idOf(request), request.body)),
  )

  const end = { tag: 'channels', summary: 'End a rollback', operationId: 'endRollback' } as const
  server.delete(path, { schema: describe({ ...end, answer: Rollback }) }, async (request) =>
    withGuard(await endRollback(contextOf(app, request), app.presenter.live, idOf(request))),
  )
}
