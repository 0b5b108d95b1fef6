import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { oembedUrl } from '../present/index.ts'
import type { App } from './app.ts'
import { type FramedBy, pagePolicy } from './headers.ts'
import { playedAt } from './playable.ts'
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
  server.get('/watch/:id', options, (request, reply) => playerPage(app, request, reply, 'watch'))
  server.get('/embed/:id', options, (request, reply) => playerPage(app, request, reply, 'embed'))
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
  page(app, request, reply, `${consoleDist}/index.html`, 'none')

/** A page of a player: what it says of itself where its address is shared, and who may put it into a frame. */
function playerPage(app: App, request: FastifyRequest, reply: FastifyReply, name: 'watch' | 'embed'): Promise<FastifyReply> {
  const { id } = request.params as { id: string }
  const played = playedAt(app, request, id)
  const frames = name === 'watch' ? [] : (played?.player?.sites ?? [])
  const shown = name === 'watch' ? 'none' : frames.length === 0 ? 'all' : frames
  if (played === null) return page(app, request, reply, `${playerDist}/${name}.html`, shown)
  const { origin } = played.place
  const url = `${origin}/watch/${id}`
  return page(app, request, reply, `${playerDist}/${name}.html`, shown, (html) =>
    withShareTags(html, played.info(), url, oembedUrl(origin, url)),
  )
}

async function page(
  app: App,
  request: FastifyRequest,
  reply: FastifyReply,
  file: string,
  framedBy: FramedBy,
  edit: (html: string) => string = (html) => html,
): Promise<FastifyReply> {
  pagePolicy(app, request, reply, framedBy)
  void reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8')
  if (existsSync(file)) return reply.send(edit(await readFile(file, 'utf8')))
  return reply.code(503).send(notBuilt)
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sluice</title>
<body><h1>Sluice runs, but its pages are not built</h1>
<p>Start it with <code>npm start</code>, which builds them, or run <code>npm run build -w apps/console -w apps/player</code>.</p>
<p>The API is at <a href="/docs">/docs</a>.</p></body></html>
`
