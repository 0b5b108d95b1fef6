import { CreatePlayerBody, PatchPlayerBody, Player, pageOf, paths } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentPlayer } from '../../present/index.ts'
import { createPlayer, deletePlayer, getPlayer, listPlayers, updatePlayer } from '../../services/player/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { publicPlace } from '../public-place.ts'
import { idOf } from './params.ts'

/** Players of channels: who may embed them, how they look, how they begin. [EMB-03] */
export function playerRoutes(server: FastifyInstance, app: App): void {
  const list = { tag: 'playback', summary: "List a channel's players, oldest first", operationId: 'listPlayers' } as const
  server.get(paths.channelPlayers(':id'), { schema: describe({ ...list, answer: pageOf(Player) }) }, async (request) => {
    const players = await listPlayers(contextOf(app, request), idOf(request))
    return { items: players.map((player) => presentPlayer(player, publicPlace(app, request))), next: null }
  })

  const create = {
    tag: 'playback',
    summary: 'Create a player with an address of its own',
    operationId: 'createPlayer',
    status: 201,
  } as const
  server.post(
    paths.channelPlayers(':id'),
    { schema: describe({ ...create, body: CreatePlayerBody, answer: Player }) },
    async (request, reply) => {
      const player = await createPlayer(contextOf(app, request), idOf(request), request.body)
      return reply.code(201).send(presentPlayer(player, publicPlace(app, request)))
    },
  )

  const get = { tag: 'playback', summary: 'Get a player with its addresses and embed code', operationId: 'getPlayer' } as const
  server.get(paths.player(':id'), { schema: describe({ ...get, answer: Player }) }, async (request) =>
    presentPlayer(await getPlayer(contextOf(app, request), idOf(request)), publicPlace(app, request)),
  )

  const update = { tag: 'playback', summary: 'Change a player: sites, look, how it begins', operationId: 'updatePlayer' } as const
  server.patch(paths.player(':id'), { schema: describe({ ...update, body: PatchPlayerBody, answer: Player }) }, async (request) =>
    presentPlayer(await updatePlayer(contextOf(app, request), idOf(request), request.body), publicPlace(app, request)),
  )

  const remove = { tag: 'playback', summary: 'Delete a player: its addresses stop working', operationId: 'deletePlayer' } as const
  server.delete(paths.player(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deletePlayer(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })
}
