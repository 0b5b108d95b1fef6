import type { Readable } from 'node:stream'
import { Channel, type PageImageKind, pageImageKinds, pageImageTypes, paths } from '@sluice/contract/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { presentChannel } from '../../present/index.ts'
import { clearPageImage, readPageImage, setPageImage } from '../../services/event-page/index.ts'
import { ProblemError } from '../../services/index.ts'
import type { App } from '../app.ts'
import { audienceOf, contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Pictures of the player page: set by an operator, shown to anyone who has the page's address. */
export async function eventPageRoutes(server: FastifyInstance, app: App): Promise<void> {
  // A file is not read into memory: the route takes it as it comes.
  server.addContentTypeParser([...pageImageTypes], (_request, body, done) => done(null, body))
  const path = paths.pageImage(':id', ':kind')

  const set = {
    tag: 'channels',
    summary: 'Set the poster or the logo of the player page: the picture itself is the body, under its own content type',
    operationId: 'setPageImage',
  } as const
  server.put(path, { schema: describe({ ...set, answer: Channel }), config: { isUpload: true } }, async (request) => {
    const { 'content-type': contentType = '', 'content-length': length } = request.headers
    const contentLength = length === undefined ? null : Number(length)
    const upload = { contentType, contentLength, body: (request.body ?? request.raw) as Readable }
    const record = await setPageImage(contextOf(app, request), app.clips.pictures, idOf(request), kindOf(request), upload)
    return presentChannel(app.presenter, record, audienceOf(app, request))
  })

  const clear = { tag: 'channels', summary: 'Remove the poster or the logo from the player page', operationId: 'clearPageImage' } as const
  server.delete(path, { schema: describe({ ...clear, answer: Channel }) }, async (request) => {
    const record = await clearPageImage(contextOf(app, request), idOf(request), kindOf(request))
    return presentChannel(app.presenter, record, audienceOf(app, request))
  })

  const image = { tag: 'playback', summary: 'Get a picture of the player page', operationId: 'getPageImage' } as const
  const schema = describe({ ...image, isPublic: true })
  server.get(paths.playImage(':id', ':digest'), { config: { isPublic: true }, schema }, async (request, reply) => {
    const channel = app.configs.playableOf(idOf(request))?.channel
    const { digest } = request.params as { digest: string }
    const found = channel === undefined ? null : await readPageImage(app.platform.db, channel.id, digest)
    if (found === null) throw new ProblemError('NOT_FOUND', 'There is no picture at this address.')
    void reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
    // The digest is its name: what stands there never changes.
    void reply.header('cache-control', 'public, max-age=31536000, immutable').type(found.contentType)
    return reply.send(found.body)
  })
}

function kindOf(request: FastifyRequest): PageImageKind {
  const { kind } = request.params as { kind: string }
  const known = pageImageKinds.find((one) => one === kind)
  if (known === undefined)
    throw new ProblemError('NOT_FOUND', `A player page has a ${pageImageKinds.join(' and a ')}, and no '${kind.slice(0, 40)}'.`)
  return known
}
