import { ChannelProbes, paths } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { getChannel } from '../../services/channel/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** The channel as its viewers have it, and what destinations show of it. */
export function probeRoutes(server: FastifyInstance, app: App): void {
  const get = { tag: 'channels', summary: 'Get what probes see from outside', operationId: 'getProbes' } as const
  server.get(paths.channelProbes(':id'), { schema: describe({ ...get, answer: ChannelProbes }) }, async (request) => {
    const { channel } = await getChannel(contextOf(app, request), idOf(request), app.configs)
    return app.probes.monitor.report(channel.id)
  })
}
