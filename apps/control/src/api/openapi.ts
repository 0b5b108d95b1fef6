import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import * as api from '@sluice/contract/api'
import { Problem } from '@sluice/contract/errors'
import { StoredEvent } from '@sluice/contract/events'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'

/** Schemas that generated clients shall know by name. */
const named = {
  Problem,
  StoredEvent,
  Channel: api.Channel,
  Input: api.Input,
  Output: api.Output,
  Destination: api.Destination,
  ApiKey: api.ApiKey,
  AuditEntry: api.AuditEntry,
  CatalogueEntry: api.CatalogueEntry,
  ChannelStats: api.ChannelStats,
  Session: api.Session,
  WorkspaceRef: api.WorkspaceRef,
  PlayInfo: api.PlayInfo,
  PolicyVersion: api.PolicyVersion,
  StreamMessage: api.StreamMessage,
}

const about = `One live source in, every destination at once.

Every answer other than 2xx is a problem (RFC 9457) with a stable \`code\`. Lists are paged by \`after\` and \`next\`. A POST with an
\`Idempotency-Key\` runs once within 24 hours. Authenticate with \`Authorization: Bearer\` and an API key, or with the cookie of a
signed-in session. Secrets are write-only; stream keys of inputs are shown to callers with \`key:read\`.`

/** `/openapi.json` and the reference at `/docs`, made out of the routes themselves. Call before any route is added. */
export async function addReference(server: FastifyInstance, version: string): Promise<void> {
  const schemaRegistry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) schemaRegistry.add(schema, { id })
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sluice', version, description: about },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key (`slk_...`) or the operator token' },
          session: { type: 'apiKey', in: 'cookie', name: 'sluice.session_token' },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  })
  await server.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, uiConfig: { docExpansion: 'list', tagsSorter: 'alpha' } })
  server.get('/openapi.json', { schema: { hide: true } as object }, async () => server.swagger())
}
