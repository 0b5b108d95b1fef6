import type { PlayInfo } from '@sluice/contract/api'
import type { FastifyRequest } from 'fastify'
import { type PublicPlace, presentPlay } from '../present/index.ts'
import { isSiteAllowed, type PlayerRecord, toPlayer } from '../services/player/index.ts'
import type { App } from './app.ts'
import { publicPlace } from './public-place.ts'

/** What plays under the name in an address, with the player's own settings where it is one. */
export type Played = { readonly channelId: string; readonly player: PlayerRecord | null; readonly place: PublicPlace; info(): PlayInfo }

/** Null: nothing plays under that name. */
export function playedAt(app: App, request: FastifyRequest, playId: string): Played | null {
  const found = app.configs.playableOf(playId)
  if (found === undefined) return null
  const { channel } = found
  const player = found.player === null ? null : toPlayer(found.player)
  const place = publicPlace(app, request)
  return {
    channelId: channel.id,
    player,
    place,
    info: () => presentPlay(app.presenter.live, app.broadcasts, { channel, player }, place, app.platform.clock.wallMs()),
  }
}

/** Whether the page that asks may show this player. */
export const mayShow = ({ player, place }: Played, { headers }: FastifyRequest): boolean =>
  isSiteAllowed(player?.sites ?? [], headers.origin, place.origin)
