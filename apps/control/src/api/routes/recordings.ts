import {
  Clip,
  ClipRecordingBody,
  DownloadRecordingQuery,
  PageQuery,
  PatchRecordingBody,
  pageOf,
  paths,
  Recording,
  RecordingMetadata,
  RecordingsQuery,
} from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentClip, presentRecording } from '../../present/index.ts'
import { createClip } from '../../services/clip/index.ts'
import { ProblemError, parseInput, requireScope } from '../../services/index.ts'
import {
  deleteRecording,
  getRecording,
  listChannelRecordings,
  listRecordings,
  type RecordingRow,
  readyRecording,
  startRecording,
  stopRecording,
  updateRecording,
} from '../../services/recording/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Recordings: what is written of shows, and what can be done with it. */
export function recordingRoutes(server: FastifyInstance, app: App): void {
  const { live } = app.presenter
  const present = (row: RecordingRow): Recording => presentRecording(live, row)

  const ofChannel = {
    tag: 'recordings',
    summary: 'List the recordings of a channel, newest first',
    operationId: 'listChannelRecordings',
  } as const
  server.get(
    paths.channelRecordings(':id'),
    { schema: describe({ ...ofChannel, query: PageQuery, answer: pageOf(Recording) }) },
    async (request) => {
      const { items, next } = await listChannelRecordings(contextOf(app, request), idOf(request), request.query)
      return { items: items.map(present), next }
    },
  )

  const start = {
    tag: 'recordings',
    summary: 'Record what is on air until you stop it or the show is over; answers the recording under way where there is one',
    operationId: 'startRecording',
    status: 201,
  } as const
  server.post(paths.channelRecordings(':id'), { schema: describe({ ...start, answer: Recording }) }, async (request, reply) =>
    reply.code(201).send(present(await startRecording(contextOf(app, request), live, idOf(request)))),
  )

  const list = { tag: 'recordings', summary: 'List recordings, newest first', operationId: 'listRecordings' } as const
  server.get(paths.recordings, { schema: describe({ ...list, query: RecordingsQuery, answer: pageOf(Recording) }) }, async (request) => {
    const { items, next } = await listRecordings(contextOf(app, request), request.query)
    return { items: items.map(present), next }
  })

  const get = { tag: 'recordings', summary: 'Get a recording', operationId: 'getRecording' } as const
  server.get(paths.recording(':id'), { schema: describe({ ...get, answer: Recording }) }, async (request) =>
    present(await getRecording(contextOf(app, request), idOf(request))),
  )

  const stop = { tag: 'recordings', summary: 'Stop a recording; the show goes on', operationId: 'stopRecording' } as const
  server.post(paths.recordingStop(':id'), { schema: describe({ ...stop, answer: Recording }) }, async (request) =>
    present(await stopRecording(contextOf(app, request), idOf(request))),
  )

  const update = {
    tag: 'recordings',
    summary: 'Rename a recording, or pin it so that it is never deleted',
    operationId: 'updateRecording',
  } as const
  server.patch(paths.recording(':id'), { schema: describe({ ...update, body: PatchRecordingBody, answer: Recording }) }, async (request) =>
    present(await updateRecording(contextOf(app, request), idOf(request), request.body)),
  )

  const remove = {
    tag: 'recordings',
    summary: 'Delete a recording with its files; refused while it runs or is pinned',
    operationId: 'deleteRecording',
  } as const
  server.delete(paths.recording(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deleteRecording(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })

  const metadata = {
    tag: 'recordings',
    summary: 'Get everything that is known of a finished recording: pieces, chapters, outputs, files with checksums',
    operationId: 'getRecordingMetadata',
  } as const
  server.get(paths.recordingMetadata(':id'), { schema: describe({ ...metadata, answer: RecordingMetadata }) }, async (request) => {
    const ctx = contextOf(app, request)
    requireScope(ctx, 'channel:read')
    const row = await readyRecording(app.platform.db, ctx.workspaceId, idOf(request))
    return { ...RecordingMetadata.omit({ recording: true }).parse(JSON.parse(row.metadata ?? '{}')), recording: present(row) }
  })

  const download = {
    tag: 'recordings',
    summary: 'Download a recording, or a part of it, as MP4',
    operationId: 'downloadRecording',
  } as const
  server.get(
    paths.recordingDownload(':id'),
    { schema: describe({ ...download, query: DownloadRecordingQuery }) },
    async (request, reply) => {
      const ctx = contextOf(app, request)
      requireScope(ctx, 'channel:read')
      const { fromMs, toMs, exact } = parseInput(DownloadRecordingQuery, request.query)
      const row = await readyRecording(app.platform.db, ctx.workspaceId, idOf(request))
      const movie = await app.recordings.movie(row.id, { fromMs, toMs, isExact: exact === 'true' })
      if (movie.news.type !== 'movie') throw empty(row)
      // Who goes away must not leave a reader behind.
      reply.raw.once('close', movie.end)
      const fileName = encodeURIComponent(`${row.name}.mp4`)
      void reply.headers({ 'content-length': movie.news.bytes, 'content-disposition': `attachment; filename*=UTF-8''${fileName}` })
      return reply.type('video/mp4').send(movie.body)
    },
  )

  const clip = {
    tag: 'recordings',
    summary: 'Put a part of a recording into the clip library, from the key frame before its start',
    operationId: 'clipRecording',
    status: 201,
  } as const
  server.post(
    paths.recordingClip(':id'),
    { schema: describe({ ...clip, body: ClipRecordingBody, answer: Clip }) },
    async (request, reply) => {
      const ctx = contextOf(app, request)
      requireScope(ctx, 'channel:write')
      const { name, fromMs, toMs } = parseInput(ClipRecordingBody, request.body)
      const row = await readyRecording(app.platform.db, ctx.workspaceId, idOf(request))
      const movie = await app.recordings.movie(row.id, { fromMs, toMs, isExact: false })
      if (movie.news.type !== 'movie') throw empty(row)
      try {
        const upload = { contentType: 'video/mp4', contentLength: movie.news.bytes, body: movie.body }
        return reply.code(201).send(presentClip(app.presenter.clips, await createClip(ctx, app.clips.files, { name }, upload)))
      } finally {
        movie.end()
      }
    },
  )
}

const empty = (row: RecordingRow): ProblemError =>
  new ProblemError('RECORDING_EMPTY', `The recording ${row.name} has no media between these times.`)
