import { BroadcastReport, BroadcastSummary, PageQuery, pageOf, paths } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { channelBroadcasts, getBroadcast } from '../../services/channel/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Runs of channels, past and present. */
export function broadcastRoutes(server: FastifyInstance, app: App): void {
  const running = (channelId: string) => {
    const { at, broadcast } = app.presenter.live.stats(channelId)
    return at === null || broadcast === undefined ? null : { at, broadcast }
  }

  const list = { tag: 'channels', summary: 'List the broadcasts of a channel, newest first', operationId: 'listBroadcasts' } as const
  server.get(
    paths.channelBroadcasts(':id'),
    { schema: describe({ ...list, query: PageQuery, answer: pageOf(BroadcastSummary) }) },
    async (request) => channelBroadcasts(contextOf(app, request), idOf(request), request.query, running),
  )

  const get = { tag: 'channels', summary: 'Get a broadcast with the publish success of each output', operationId: 'getBroadcast' } as const
  server.get(paths.broadcast(':id'), { schema: describe({ ...get, answer: BroadcastReport }) }, async (request) =>
    getBroadcast(contextOf(app, request), idOf(request), running),
  )
}
