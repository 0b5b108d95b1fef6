import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { presentPlay } from '../present/index.ts'
import type { App } from './app.ts'
import { pagePolicy } from './headers.ts'
import { publicPlace } from './public-place.ts'
import { withShareTags } from './share-tags.ts'

const folder = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const consoleDist = folder('console/dist')
const playerDist = folder('player/dist')

/** The console at `/`, and the player's pages. Files with a digest in their name are kept for a year, pages never. */
export async function addPages(server: FastifyInstance, app: App): Promise<void> {
  const immutable = { immutable: true, maxAge: '365d', decorateReply: false, index: false as const }
  await server.register(fastifyStatic, { root: `${consoleDist}/assets`, prefix: '/assets/', ...immutable })
  await server.register(fastifyStatic, {
    root: `${playerDist}/player-assets`,
    prefix: '/player-assets/',
    ...immutable,
    setHeaders: (reply, path) => {
      void reply.header('access-control-allow-origin', '*')
      // The one name without a digest: other sites' pages load the player by it.
      if (path.endsWith('/sluice-player.js')) void reply.header('cache-control', 'no-cache')
    },
  })
  const options = { schema: { hide: true } as object }
  server.get('/watch/:id', options, (request, reply) => page(app, request, reply, `${playerDist}/watch.html`, false, shared(app, request)))
  server.get('/embed/:id', options, (request, reply) => page(app, request, reply, `${playerDist}/embed.html`, true, shared(app, request)))
  server.get('/guest/:token', options, (request, reply) => {
    // The link is in the address: nobody else shall hear of it.
    void reply.header('referrer-policy', 'no-referrer')
    return consolePage(app, request, reply)
  })
  server.get('/favicon.svg', options, async (_request, reply) => {
    const icon = `${consoleDist}/favicon.svg`
    return existsSync(icon) ? reply.type('image/svg+xml').send(await readFile(icon)) : reply.code(404).send()
  })
}

/** The console's one page: it finds its own way from the address. */
export const consolePage = (app: App, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
  page(app, request, reply, `${consoleDist}/index.html`, false)

/** What a player page says of itself where its address is shared; nothing for an address that plays nothing. */
function shared(app: App, request: FastifyRequest): (html: string) => string {
  const { id } = request.params as { id: string }
  const channel = app.configs.channelOfPlayId(id)
  if (channel === undefined) return (html) => html
  const place = publicPlace(app, request)
  const info = presentPlay(app.presenter.live, app.broadcasts, channel, place, app.platform.clock.wallMs())
  return (html) => withShareTags(html, info, `${place.origin}/watch/${info.playId}`)
}

async function page(
  app: App,
  request: FastifyRequest,
  reply: FastifyReply,
  file: string,
  mayBeFramed: boolean,
  edit: (html: string) => string = (html) => html,
): Promise<FastifyReply> {
  pagePolicy(app, request, reply, mayBeFramed)
  void reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8')
  if (existsSync(file)) return reply.send(edit(await readFile(file, 'utf8')))
  return reply.code(503).send(notBuilt)
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sluice</title>
<body><h1>Sluice runs, but its pages are not built</h1>
<p>Start it with <code>npm start</code>, which builds them, or run <code>npm run build -w apps/console -w apps/player</code>.</p>
<p>The API is at <a href="/docs">/docs</a>.</p></body></html>
`
