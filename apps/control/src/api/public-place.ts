import type { FastifyRequest } from 'fastify'
import type { PublicPlace } from '../live/index.ts'
import type { App } from './app.ts'

/** A host with or without port, as it may stand in a URL: nothing else of a Host header comes into an answer. */
const hostForm = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?$/i

/** Where the caller reaches Sluice: by the name that the operator set, else by the one it came by. */
export function publicPlace(app: App, request: FastifyRequest): PublicPlace {
  const { publicHost, publicMediaUrl } = app.settings
  const ports = app.ports()
  const [, askedHost = 'localhost', askedPort] = hostForm.exec(request.host) ?? []
  const host = publicHost ?? askedHost
  return {
    host,
    origin: `${request.protocol}://${host}${askedPort === undefined ? '' : `:${askedPort}`}`,
    mediaOrigin: publicMediaUrl?.replace(/\/+$/, '') ?? `http://${host}:${ports.mediaHttp}`,
    ports,
  }
}
