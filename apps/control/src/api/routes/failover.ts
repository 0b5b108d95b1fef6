import { Channel, paths, RehearsalBody, SourceBody, StartedRehearsal, Switches } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentChannel } from '../../present/index.ts'
import { channelSwitches, rehearseFailover, setSource, takeSource } from '../../services/channel/index.ts'
import { parseInput } from '../../services/index.ts'
import type { App } from '../app.ts'
import { audienceOf, contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'
import { sourceSight } from './source-sight.ts'

/** Where a channel takes its media from: lock and take, the switches as they were measured, and the rehearsal of one. */
export function failoverRoutes(server: FastifyInstance, app: App): void {
  const sight = sourceSight(app)
  const testCard = (): Promise<string> => app.clips.works.testCardFile()

  const source = {
    tag: 'channels',
    summary: 'Lock the source to an input, release the lock, or switch to an input once',
    operationId: 'setSource',
  } as const
  server.post(paths.channelSource(':id'), { schema: describe({ ...source, body: SourceBody, answer: Channel }) }, async (request) => {
    const [ctx, id] = [contextOf(app, request), idOf(request)]
    const { lock = 'auto', take } = parseInput(SourceBody, request.body)
    const record = take === undefined ? await setSource(ctx, id, lock) : await takeSource(ctx, sight, id, take)
    return presentChannel(app.presenter, record, audienceOf(app, request))
  })

  const switches = { tag: 'channels', summary: 'List the last source switches with their times', operationId: 'getSwitches' } as const
  server.get(paths.channelSwitches(':id'), { schema: describe({ ...switches, answer: Switches }) }, async (request) =>
    channelSwitches(contextOf(app, request), idOf(request)),
  )

  const rehearsal = {
    tag: 'channels',
    summary: 'Rehearse failover: cut the primary inside Sluice and check that the backup takes over in time',
    operationId: 'rehearseFailover',
    status: 201,
  } as const
  server.post(
    paths.failoverRehearsals(':id'),
    { schema: describe({ ...rehearsal, body: RehearsalBody, answer: StartedRehearsal }) },
    async (request, reply) =>
      reply.code(201).send(await rehearseFailover(contextOf(app, request), sight, testCard, idOf(request), request.body)),
  )
}
