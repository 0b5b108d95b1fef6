import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'

const channel = 'fastify.initialization'

export type KnownRoute = {
  readonly method: string
  readonly url: string
  readonly schema: Record<string, unknown>
  readonly isPublic: boolean
}

/** Every route that the servers which start during `start` have, out of their routers: one that is added later is among them by itself. */
export async function withRoutes<T>(start: () => Promise<T>): Promise<{ result: T; routes: KnownRoute[] }> {
  const routes: KnownRoute[] = []
  const take = ({ method, url, schema, config }: RouteOptions): void => {
    for (const one of [method].flat()) {
      const isPublic = (config as { isPublic?: boolean } | undefined)?.isPublic === true
      routes.push({ method: one, url, schema: (schema ?? {}) as Record<string, unknown>, isPublic })
    }
  }
  const onServer = (message: unknown): void => {
    ;(message as { fastify: FastifyInstance }).fastify.addHook('onRoute', take)
  }
  subscribe(channel, onServer)
  try {
    return { result: await start(), routes }
  } finally {
    unsubscribe(channel, onServer)
  }
}
