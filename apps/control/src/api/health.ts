import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { App } from './app.ts'

const databaseLimitMs = 2000

type Part = { name: string; isReady: boolean; detail: string }

/** For supervisors and probes: whether the process answers, whether all its parts do, and what it measures. */
export function addHealth(server: FastifyInstance, app: App): void {
  const options = { schema: { hide: true } as object }
  server.get('/healthz', options, async () => ({ status: 'ok' }))
  server.get('/readyz', options, async (_request, reply) => {
    const parts = [await databasePart(app), enginePart(app)]
    const isReady = parts.every((part) => part.isReady)
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', parts })
  })
  server.get('/metrics', options, async (_request, reply) => {
    const { registry } = app.metrics
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

async function databasePart(app: App): Promise<Part> {
  const late = new Promise<string>((resolve) => {
    app.platform.clock.after(databaseLimitMs, () => resolve(`no answer within ${databaseLimitMs} ms`))
  })
  const asked = sql`select 1`.execute(app.platform.db).then(
    () => null,
    () => 'the database does not answer as it should; the log says why',
  )
  const problem = await Promise.race([asked, late])
  return { name: 'database', isReady: problem === null, detail: problem ?? 'answers' }
}

function enginePart(app: App): Part {
  const { missing, silent } = app.reconciler
  const details = [
    ...(missing.length === 0 ? [] : [`not linked: ${missing.join(', ')}`]),
    ...(silent.length === 0 ? [] : [`nothing is heard of ${silent.join(', ')}: what its channels do is not known`]),
  ]
  return { name: 'engines', isReady: details.length === 0, detail: details.join('; ') || 'all linked' }
}
