import { paths } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { channelThumbnail } from '../../services/channel/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Small pictures of what is on the air, for a wall of channels. */
export function thumbnailRoutes(server: FastifyInstance, app: App): void {
  const get = {
    tag: 'channels',
    summary: 'Get a small JPEG of what the channel has on air',
    operationId: 'getThumbnail',
  } as const
  server.get(paths.channelThumbnail(':id'), { schema: describe(get) }, async (request, reply) => {
    const { jpeg, takenAtMs, etag } = await channelThumbnail(contextOf(app, request), app.reconciler.thumbnails, idOf(request))
    // A browser asks each time and sends the tag: a still picture costs no bytes.
    void reply.headers({ 'cache-control': 'private, no-cache', etag, 'last-modified': new Date(takenAtMs).toUTCString() })
    const known = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''))
    if (known?.includes(etag) === true) return reply.code(304).send()
    return reply.type('image/jpeg').send(jpeg)
  })
}
