import type { FastifyRequest } from 'fastify'

/** The `:id` of a path. */
export function idOf(request: FastifyRequest): string {
  const { id } = request.params as { id?: string }
  return id ?? ''
}
