import { paths, Triage } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { getTriage, listTriage, type TriageSight } from '../../services/triage/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Where to look first when something is wrong. */
export function triageRoutes(server: FastifyInstance, app: App): void {
  const get = {
    tag: 'channels',
    summary: 'Triage input, transport, outputs and playback, in this order',
    operationId: 'getTriage',
  } as const
  const list = { tag: 'channels', summary: 'Look at all channels of the workspace at once', operationId: 'listTriage' } as const
  const seenOf: TriageSight = (channelId) => ({
    latency: app.latency.trouble(channelId),
    line: app.latency.line(channelId),
    storage: app.events.trouble,
  })
  server.get(paths.channelTriage(':id'), { schema: describe({ ...get, answer: Triage }) }, async (request) =>
    getTriage(contextOf(app, request), app.presenter.live, seenOf, idOf(request)),
  )
  const answer = z.object({ items: z.array(Triage), next: z.null() })
  server.get(paths.triage, { schema: describe({ ...list, answer }) }, async (request) =>
    listTriage(contextOf(app, request), app.presenter.live, seenOf),
  )
}
