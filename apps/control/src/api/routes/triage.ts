import { paths, Triage } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { getTriage } from '../../services/triage/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Where to look first when something is wrong. */
export function triageRoutes(server: FastifyInstance, app: App): void {
  const get = {
    tag: 'channels',
    summary: 'Look at input, transport, outputs and playback, in this order',
    operationId: 'getTriage',
  } as const
  const seenOf = (channelId: string) => ({ latency: app.latency.trouble(channelId), line: app.latency.line(channelId) })
  server.get(paths.channelTriage(':id'), { schema: describe({ ...get, answer: Triage }) }, async (request) =>
    getTriage(contextOf(app, request), app.presenter.live, seenOf, idOf(request)),
  )
}
