import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { Picture, pageOf, paths, pictureTypes, UploadPictureQuery } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentPicture } from '../../present/index.ts'
import { createPicture, deletePicture, getPicture, listPictures } from '../../services/picture/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Pictures that rungs show over theirs: logos, frames, sponsors. */
export async function pictureRoutes(server: FastifyInstance, app: App): Promise<void> {
  // A file is not read into memory: the route takes it as it comes.
  server.addContentTypeParser([...pictureTypes], (_request, body, done) => done(null, body))

  const list = { tag: 'rungs', summary: 'List the pictures that rungs can show, oldest first', operationId: 'listPictures' } as const
  server.get(paths.pictures, { schema: describe({ ...list, answer: pageOf(Picture) }) }, async (request) => {
    const pictures = await listPictures(contextOf(app, request))
    return { items: pictures.map(presentPicture), next: null }
  })

  const create = {
    tag: 'rungs',
    summary: 'Upload a picture for rungs to show: the file itself is the body, under its own content type',
    operationId: 'createPicture',
    status: 201,
  } as const
  server.post(
    paths.pictures,
    { schema: describe({ ...create, query: UploadPictureQuery, answer: Picture }), config: { isUpload: true } },
    async (request, reply) => {
      const { 'content-type': contentType = '', 'content-length': length } = request.headers
      const contentLength = length === undefined ? null : Number(length)
      const upload = { contentType, contentLength, body: (request.body ?? request.raw) as Readable }
      return reply.code(201).send(presentPicture(await createPicture(contextOf(app, request), app.clips, request.query, upload)))
    },
  )

  const get = { tag: 'rungs', summary: 'Get a picture', operationId: 'getPicture' } as const
  server.get(paths.picture(':id'), { schema: describe({ ...get, answer: Picture }) }, async (request) =>
    presentPicture(await getPicture(contextOf(app, request), idOf(request))),
  )

  const image = { tag: 'rungs', summary: 'Get a picture itself, as PNG', operationId: 'getPictureImage' } as const
  server.get(paths.pictureImage(':id'), { schema: describe(image) }, async (request, reply) => {
    const { id } = await getPicture(contextOf(app, request), idOf(request))
    // It never changes, and it is the workspace's own.
    void reply.header('cache-control', 'private, max-age=86400, immutable').type('image/png')
    return reply.send(createReadStream(app.clips.files.overlay(id)))
  })

  const remove = { tag: 'rungs', summary: 'Delete a picture that no rung shows', operationId: 'deletePicture' } as const
  server.delete(paths.picture(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deletePicture(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })
}
