import { Problem } from '@sluice/contract/errors'
import { z } from 'zod'

export type Tag =
  | 'session'
  | 'workspace'
  | 'people'
  | 'channels'
  | 'inputs'
  | 'outputs'
  | 'rungs'
  | 'destinations'
  | 'clips'
  | 'recordings'
  | 'guests'
  | 'events'
  | 'playback'
  | 'operation'

type Description = {
  tag: Tag
  /** One line in the reference; the verb comes first. */
  summary: string
  /** Unique name for generated clients. */
  operationId: string
  body?: z.ZodType
  query?: z.ZodType
  answer?: z.ZodType
  status?: 200 | 201
  isPublic?: boolean
}

const noContent = z.undefined().describe('Done.')

/** A route's schema: what OpenAPI says of it. Bodies are checked by the service that takes them, in the same schema. */
export function describe({ tag, summary, operationId, body, query, answer, status = 200, isPublic = false }: Description) {
  return {
    tags: [tag],
    summary,
    operationId,
    ...(body === undefined ? {} : { body }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(isPublic ? { security: [] } : {}),
    response: { ...(answer === undefined ? { 204: noContent } : { [status]: answer }), default: Problem },
  }
}
