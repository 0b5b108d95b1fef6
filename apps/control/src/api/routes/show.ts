import { Channel, HoldSlateBody, paths } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentChannel } from '../../present/index.ts'
import { endBroadcast, holdSlate, reopenBroadcast } from '../../services/broadcast/index.ts'
import type { App } from '../app.ts'
import { audienceOf, contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'
import { sourceSight } from './source-sight.ts'

/** The end of a show, its undo, and more time while the slate is on. */
export function showRoutes(server: FastifyInstance, app: App): void {
  const sight = sourceSight(app)
  const end = {
    tag: 'channels',
    summary: 'End the show: every output closes cleanly and stays closed until the next broadcast',
    operationId: 'endBroadcast',
  } as const
  server.post(paths.broadcastEnd(':id'), { schema: describe({ ...end, answer: Channel }) }, async (request) => {
    const record = await endBroadcast(contextOf(app, request), app.presenter.live, idOf(request))
    return presentChannel(app.presenter, record, audienceOf(app, request))
  })

  const start = {
    tag: 'channels',
    summary: 'Take the end of the show back: outputs connect again as soon as an encoder sends',
    operationId: 'startBroadcast',
  } as const
  server.post(paths.broadcastStart(':id'), { schema: describe({ ...start, answer: Channel }) }, async (request) => {
    const record = await reopenBroadcast(contextOf(app, request), idOf(request))
    return presentChannel(app.presenter, record, audienceOf(app, request))
  })

  const hold = { tag: 'channels', summary: 'Keep the slate on air for longer', operationId: 'holdSlate' } as const
  server.post(paths.slateHold(':id'), { schema: describe({ ...hold, body: HoldSlateBody, answer: Channel }) }, async (request) => {
    const record = await holdSlate(contextOf(app, request), sight, idOf(request), request.body)
    return presentChannel(app.presenter, record, audienceOf(app, request))
  })
}
