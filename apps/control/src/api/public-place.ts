import { hostInUrl, parseHostPort } from '@sluice/base/address'
import type { FastifyRequest } from 'fastify'
import type { PublicPlace } from '../present/index.ts'
import type { App } from './app.ts'

/** Where the caller reaches Sluice: by the name that the operator set, else by the one it came by. */
export function publicPlace(app: App, request: FastifyRequest): PublicPlace {
  const { publicHosts, publicMediaUrl } = app.settings
  const ports = app.ports()
  // Nothing of a Host header that is none comes into an answer.
  const asked = parseHostPort(request.host)
  const host = hostInUrl(publicHosts[0] ?? asked?.host ?? 'localhost')
  const scheme = request.protocol === 'https' ? 'https' : 'http'
  return {
    host,
    origin: `${scheme}://${host}${asked?.port == null ? '' : `:${asked.port}`}`,
    mediaOrigin: publicMediaUrl?.replace(/\/+$/, '') ?? `http://${host}:${ports.mediaHttp}`,
    ports,
  }
}
