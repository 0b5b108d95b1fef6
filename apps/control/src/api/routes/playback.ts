import { Beacon, BroadcastPlayback, ComplaintBody, PlaybackMark, PlaybackStats, paths } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ProblemError } from '../../services/index.ts'
import { broadcastPlayback, noteComplaint, playbackStats } from '../../services/playback/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { mayShow, playedAt } from '../playable.ts'
import { idOf } from './params.ts'

const maxBeaconBytes = 4096
const Beacons = z.union([Beacon, z.array(Beacon).min(1).max(8)])

/** What viewers see, as their players tell it, and what they complain of. [EMB-04] [EMB-06] */
export async function playbackRoutes(server: FastifyInstance, app: App): Promise<void> {
  // As `sendBeacon` and `fetch` send a text, which needs no permission of the browser's beforehand.
  server.addContentTypeParser('text/plain', { parseAs: 'string', bodyLimit: maxBeaconBytes }, (_request, body, done) => done(null, body))

  const send = { tag: 'playback', summary: 'Tell what one viewer saw; players send it every 10 s', operationId: 'sendBeacon' } as const
  const sendSchema = describe({ ...send, body: Beacons, isPublic: true })
  server.post(
    paths.playBeacons(':id'),
    { config: { isPublic: true }, schema: sendSchema, bodyLimit: maxBeaconBytes },
    async (request, reply) => {
      void reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
      const played = playedAt(app, request, idOf(request))
      if (played === null) throw new ProblemError('NOT_FOUND', 'No channel plays at this address.')
      if (!mayShow(played, request)) throw new ProblemError('SITE_REFUSED', `The player does not allow the site ${request.headers.origin}.`)
      const beacons = Beacons.safeParse(typeof request.body === 'string' ? jsonOf(request.body) : request.body)
      // A player can't do anything about it, and a show has many: it is counted, and answered as if it were fine.
      if (!beacons.success) app.playback.drop()
      else for (const beacon of [beacons.data].flat()) app.playback.receive(played.channelId, beacon)
      return reply.code(204).send()
    },
  )

  const viewers = (channelId: string): number | null => app.presenter.live.stats(channelId).playback?.viewers ?? null
  const stats = { tag: 'playback', summary: 'Get what viewers saw in the last 15 minutes', operationId: 'getPlaybackStats' } as const
  server.get(paths.channelPlaybackStats(':id'), { schema: describe({ ...stats, answer: PlaybackStats }) }, async (request) =>
    playbackStats(contextOf(app, request), app.playback, viewers, idOf(request)),
  )

  const past = {
    tag: 'playback',
    summary: 'Get what viewers of a broadcast saw, minute by minute',
    operationId: 'getBroadcastPlayback',
  } as const
  server.get(paths.broadcastPlayback(':id'), { schema: describe({ ...past, answer: BroadcastPlayback }) }, async (request) =>
    broadcastPlayback(contextOf(app, request), app.playback, idOf(request)),
  )

  const complain = {
    tag: 'playback',
    summary: 'Note what a viewer complained of, at the time when it happened',
    operationId: 'noteComplaint',
    status: 201,
  } as const
  server.post(
    paths.channelComplaints(':id'),
    { schema: describe({ ...complain, body: ComplaintBody, answer: PlaybackMark }) },
    async (request, reply) => reply.code(201).send(await noteComplaint(contextOf(app, request), idOf(request), request.body)),
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
