import {
  Channel,
  ChannelStats,
  CreateChannelBody,
  LineHistory,
  LineHistoryQuery,
  PageQuery,
  PatchChannelBody,
  pageOf,
  paths,
} from '@sluice/contract/api'
import { StoredEvent } from '@sluice/contract/events'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { presentChannel } from '../../present/index.ts'
import {
  type ChannelRecord,
  channelTimeline,
  createChannel,
  deleteChannel,
  getChannel,
  listChannels,
  rotatePlayback,
  srtMinutes,
  updateChannel,
} from '../../services/channel/index.ts'
import type { App } from '../app.ts'
import { audienceOf, contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Channels, their figures and what happened on them. */
export function channelRoutes(server: FastifyInstance, app: App): void {
  const present = (record: ChannelRecord, request: FastifyRequest): Channel =>
    presentChannel(app.presenter, record, audienceOf(app, request))

  const list = { tag: 'channels', summary: 'List channels, oldest first', operationId: 'listChannels' } as const
  server.get(paths.channels, { schema: describe({ ...list, query: PageQuery, answer: pageOf(Channel) }) }, async (request) => {
    const { items, next } = await listChannels(contextOf(app, request), request.query, app.configs)
    return { items: items.map((record) => present(record, request)), next }
  })

  const create = {
    tag: 'channels',
    summary: 'Create a channel with its inputs and keys',
    operationId: 'createChannel',
    status: 201,
  } as const
  server.post(paths.channels, { schema: describe({ ...create, body: CreateChannelBody, answer: Channel }) }, async (request, reply) =>
    reply.code(201).send(present(await createChannel(contextOf(app, request), request.body), request)),
  )

  const get = { tag: 'channels', summary: 'Get a channel', operationId: 'getChannel' } as const
  server.get(paths.channel(':id'), { schema: describe({ ...get, answer: Channel }) }, async (request) =>
    present(await getChannel(contextOf(app, request), idOf(request), app.configs), request),
  )

  const update = {
    tag: 'channels',
    summary: 'Rename a channel, or set its failover, automatic rollback and latency budgets',
    operationId: 'updateChannel',
  } as const
  server.patch(paths.channel(':id'), { schema: describe({ ...update, body: PatchChannelBody, answer: Channel }) }, async (request) =>
    present(await updateChannel(contextOf(app, request), idOf(request), request.body), request),
  )

  const rotate = {
    tag: 'playback',
    summary: 'Replace the playback addresses: players and embeds with the old ones are cut off',
    operationId: 'rotatePlayback',
  } as const
  server.post(paths.channelPlaybackRotate(':id'), { schema: describe({ ...rotate, answer: Channel }) }, async (request) =>
    present(await rotatePlayback(contextOf(app, request), idOf(request)), request),
  )

  const remove = { tag: 'channels', summary: 'Delete a channel with its inputs and outputs', operationId: 'deleteChannel' } as const
  server.delete(paths.channel(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deleteChannel(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })

  const stats = { tag: 'channels', summary: 'Get the figures of the last second', operationId: 'getChannelStats' } as const
  server.get(paths.channelStats(':id'), { schema: describe({ ...stats, answer: ChannelStats }) }, async (request) => {
    const { channel } = await getChannel(contextOf(app, request), idOf(request), app.configs)
    return app.presenter.live.stats(channel.id)
  })

  const srt = { tag: 'channels', summary: 'Get SRT figures minute by minute', operationId: 'getSrtHistory' } as const
  server.get(paths.channelSrt(':id'), { schema: describe({ ...srt, query: LineHistoryQuery, answer: LineHistory }) }, async (request) =>
    srtMinutes(contextOf(app, request), idOf(request), request.query),
  )

  const timeline = { tag: 'events', summary: 'List the events of a channel, newest first', operationId: 'getTimeline' } as const
  server.get(
    paths.channelTimeline(':id'),
    { schema: describe({ ...timeline, query: PageQuery, answer: pageOf(StoredEvent) }) },
    async (request) => channelTimeline(contextOf(app, request), idOf(request), request.query),
  )
}
