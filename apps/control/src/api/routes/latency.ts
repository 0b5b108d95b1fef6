import { FigureHistory, LatencyLedger, paths } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { channelHistory, getChannel } from '../../services/channel/index.ts'
import { notFound } from '../../services/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** What each stage from lens to viewer takes, held against its budget, and the bitrates of the last minutes. */
export function latencyRoutes(server: FastifyInstance, app: App): void {
  const get = { tag: 'channels', summary: 'Get the latency of every stage, against its budget', operationId: 'getLatency' } as const
  server.get(paths.channelLatency(':id'), { schema: describe({ ...get, answer: LatencyLedger }) }, async (request) => {
    const { channel } = await getChannel(contextOf(app, request), idOf(request), app.configs)
    const ledger = app.latency.ledger(channel.id)
    // Deleted between the two looks.
    if (ledger === null) throw notFound('channel', channel.id)
    return ledger
  })
  const past = { tag: 'channels', summary: 'Get the bitrates of the last 15 minutes', operationId: 'getFigureHistory' } as const
  server.get(paths.channelHistory(':id'), { schema: describe({ ...past, answer: FigureHistory }) }, async (request) =>
    channelHistory(contextOf(app, request), (id) => app.figureHistories.of(id), idOf(request)),
  )
}
