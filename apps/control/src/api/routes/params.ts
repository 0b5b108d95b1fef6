import type { FastifyRequest } from 'fastify'
import { notFound } from '../../services/index.ts'

const idForm = /^[0-9A-Za-z-]{1,64}$/

/** The `:id` of a path. What cannot be an id is answered like one that does not exist. */
export function idOf(request: FastifyRequest): string {
  const { id = '' } = request.params as { id?: string }
  if (!idForm.test(id)) throw notFound('thing', 'of that id')
  return id
}
