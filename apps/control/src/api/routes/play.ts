import { PlayInfo, paths } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentPlay } from '../../present/index.ts'
import { ProblemError } from '../../services/index.ts'
import type { App } from '../app.ts'
import { describe } from '../describe.ts'
import { publicPlace } from '../public-place.ts'
import { idOf } from './params.ts'

/** What a player page needs. Whoever has a channel's play id may watch it, from any site. */
export function playRoutes(server: FastifyInstance, app: App): void {
  const play = { tag: 'playback', summary: 'What a player needs to play a channel', operationId: 'getPlayInfo' } as const
  const schema = describe({ ...play, answer: PlayInfo, isPublic: true })
  server.get(paths.play(':id'), { config: { isPublic: true }, schema }, async (request, reply) => {
    void reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
    void reply.header('cache-control', 'no-store')
    const channel = app.configs.channelOfPlayId(idOf(request))
    if (channel === undefined) throw new ProblemError('NOT_FOUND', 'No channel plays at this address.')
    return presentPlay(app.presenter.live, app.broadcasts, channel, publicPlace(app, request), app.platform.clock.wallMs())
  })
}
