import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app.ts'
import { publicPlace } from './public-place.ts'

/** Headers of every answer; pages add their own policy. */
export function addSecurityHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', async (_request, reply) => {
    void reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    })
  })
}

/** Whose pages may show a page in a frame: those of all sites, of none, or of these and our own. */
export type FramedBy = 'all' | 'none' | readonly string[]

/** What a page may load: our own files, and the programme from the media port. Only the embed page may stand in other sites' frames. */
export function pagePolicy(app: App, request: FastifyRequest, reply: FastifyReply, framedBy: FramedBy): void {
  const { mediaOrigin } = publicPlace(app, request)
  const media = mediaOrigin.startsWith('http://') ? `${mediaOrigin} ${mediaOrigin.replace('http://', 'https://')}` : mediaOrigin
  const policy = [
    "default-src 'self'",
    `connect-src 'self' ${media}`,
    `media-src 'self' blob: ${media}`,
    `img-src 'self' data: blob: ${media}`,
    // Mantine and the player set styles on elements.
    "style-src 'self' 'unsafe-inline'",
    "script-src 'self'",
    // hls.js runs its demuxer in a worker made of a blob.
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors ${framedBy === 'all' ? '*' : framedBy === 'none' ? "'none'" : ["'self'", ...framedBy].join(' ')}`,
  ]
  void reply.header('content-security-policy', policy.join('; '))
  if (framedBy === 'none') void reply.header('x-frame-options', 'DENY')
}
