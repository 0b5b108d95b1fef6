import { OEmbed, PlayInfo, paths } from '@sluice/contract/api'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { presentOEmbed } from '../../present/index.ts'
import { ProblemError, parseInput } from '../../services/index.ts'
import type { App } from '../app.ts'
import { describe } from '../describe.ts'
import { mayShow, playedAt } from '../playable.ts'
import { publicPlace } from '../public-place.ts'
import { idOf } from './params.ts'

const openToAll = (reply: FastifyReply): void =>
  void reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')

/** A query of numbers may hold anything; a site that has no room says so in pixels. */
const OEmbedQuery = z.object({
  url: z.url().max(1000),
  maxwidth: z.coerce.number().int().min(1).max(10_000).optional(),
  maxheight: z.coerce.number().int().min(1).max(10_000).optional(),
  format: z
    .string()
    .regex(/^[a-z]{1,10}$/)
    .optional(),
})

/** What a player page needs. Whoever has a channel's play id may watch it, from any site; a player of its own may name its sites. */
export function playRoutes(server: FastifyInstance, app: App): void {
  const play = { tag: 'playback', summary: 'What a player needs to play a channel', operationId: 'getPlayInfo' } as const
  const schema = describe({ ...play, answer: PlayInfo, isPublic: true })
  server.get(paths.play(':id'), { config: { isPublic: true }, schema }, async (request, reply) => {
    openToAll(reply)
    void reply.header('cache-control', 'no-store')
    const played = playedAt(app, request, idOf(request))
    if (played === null) throw new ProblemError('NOT_FOUND', 'No channel plays at this address.')
    if (!mayShow(played, request)) throw new ProblemError('SITE_REFUSED', `The player does not allow the site ${request.headers.origin}.`)
    return played.info()
  })

  const oembed = {
    tag: 'playback',
    summary: 'Answer a link to a player page with the code that shows it',
    operationId: 'getOEmbed',
  } as const
  const oembedSchema = describe({ ...oembed, query: OEmbedQuery, answer: OEmbed, isPublic: true })
  server.get(paths.oembed, { config: { isPublic: true }, schema: oembedSchema }, async (request, reply) => {
    openToAll(reply)
    const { url, maxwidth, maxheight, format = 'json' } = parseInput(OEmbedQuery, request.query)
    if (format !== 'json') return reply.code(501).type('text/plain').send('Sluice answers oEmbed as JSON alone.\n')
    const { origin } = publicPlace(app, request)
    const asked = new URL(url)
    const [, what, playId = '', ...more] = asked.pathname.split('/')
    const isOurs = asked.origin === origin && (what === 'watch' || what === 'embed') && more.length === 0
    const played = isOurs ? playedAt(app, request, playId) : null
    if (played === null) throw new ProblemError('NOT_FOUND', 'No channel plays at this address.')
    const max = { ...(maxwidth === undefined ? {} : { width: maxwidth }), ...(maxheight === undefined ? {} : { height: maxheight }) }
    return presentOEmbed(played.info(), `${origin}/embed/${playId}`, origin, max)
  })
}
