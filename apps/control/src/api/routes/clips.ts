import type { Readable } from 'node:stream'
import { Clip, clipContentTypes, PageQuery, pageOf, paths, UploadClipQuery } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentClip } from '../../present/index.ts'
import { type ClipRecord, createClip, deleteClip, getClip, listClips } from '../../services/clip/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Clips: images and videos for slates and inputs. */
export async function clipRoutes(server: FastifyInstance, app: App): Promise<void> {
  const present = (record: ClipRecord): Clip => presentClip(app.presenter.clips, record)
  // A file is not read into memory: the route takes it as it comes.
  server.addContentTypeParser([...clipContentTypes], (_request, body, done) => done(null, body))

  const list = { tag: 'clips', summary: 'List clips, oldest first', operationId: 'listClips' } as const
  server.get(paths.clips, { schema: describe({ ...list, query: PageQuery, answer: pageOf(Clip) }) }, async (request) => {
    const { items, next } = await listClips(contextOf(app, request), request.query)
    return { items: items.map(present), next }
  })

  const create = {
    tag: 'clips',
    summary: 'Upload an image or video: the file itself is the body, under its own content type',
    operationId: 'createClip',
    status: 201,
  } as const
  server.post(
    paths.clips,
    { schema: describe({ ...create, query: UploadClipQuery, answer: Clip }), config: { isUpload: true } },
    async (request, reply) => {
      const { 'content-type': contentType = '', 'content-length': length } = request.headers
      const upload = {
        contentType,
        contentLength: length === undefined ? null : Number(length),
        body: (request.body ?? request.raw) as Readable,
      }
      return reply.code(201).send(present(await createClip(contextOf(app, request), app.clips.files, request.query, upload)))
    },
  )

  const get = { tag: 'clips', summary: 'Get a clip', operationId: 'getClip' } as const
  server.get(paths.clip(':id'), { schema: describe({ ...get, answer: Clip }) }, async (request) =>
    present(await getClip(contextOf(app, request), idOf(request))),
  )

  const remove = { tag: 'clips', summary: 'Delete a clip; refused while it is used', operationId: 'deleteClip' } as const
  server.delete(paths.clip(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deleteClip(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })
}
