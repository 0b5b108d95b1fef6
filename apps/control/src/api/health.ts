import { describeSandbox } from '@sluice/base/sandbox'
import type { FastifyInstance } from 'fastify'
import { type DatabaseTrouble, probeWrite, troubleOf, troubleSentences } from '../db/index.ts'
import type { App } from './app.ts'
import { requireScraper } from './metrics-gate.ts'

const databaseLimitMs = 2000

type Part = { name: string; isReady: boolean; detail: string }

/** For supervisors and probes: whether the process answers, whether all its parts do, and what it measures. */
export function addHealth(server: FastifyInstance, app: App): void {
  const options = { schema: { hide: true } as object }
  server.get('/healthz', options, async () => ({ status: 'ok' }))
  server.get('/readyz', options, async (_request, reply) => {
    const parts = [await databasePart(app), enginePart(app), ...viewersPart(app), sandboxPart(app), hardwarePart(app)]
    const isReady = parts.every((part) => part.isReady)
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', parts })
  })
  server.get('/metrics', options, async (request, reply) => {
    requireScraper(app, request)
    void reply.header('cache-control', 'no-store')
    const { registry } = app.metrics
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

/** Asked for by a write: a database that only reads keeps nothing of the show. */
async function databasePart(app: App): Promise<Part> {
  const { clock, db } = app.platform
  const late = Promise.withResolvers<DatabaseTrouble>()
  const limit = clock.after(databaseLimitMs, () => late.resolve('busy'))
  const asked = probeWrite(db, clock.wallMs()).then(
    () => null,
    (error: unknown) => troubleOf(error) ?? 'unknown',
  )
  const trouble = await Promise.race([asked, late.promise])
  limit.cancel()
  const detail =
    trouble === null ? 'answers' : trouble === 'unknown' ? 'The database is not working; the log says why.' : troubleSentences[trouble]
  return { name: 'database', isReady: trouble === null, detail }
}

function enginePart(app: App): Part {
  const { missing, silent } = app.reconciler
  const details = [
    ...(missing.length === 0 ? [] : [`not linked: ${missing.join(', ')}`]),
    ...(silent.length === 0 ? [] : [`no report from ${silent.join(', ')}: the state of its channels is unknown`]),
  ]
  return { name: 'engines', isReady: details.length === 0, detail: details.join('; ') || 'all linked' }
}

/** Who serves viewers. Outputs do not need it: without it the show goes on, and nobody sees it here. */
function viewersPart({ viewers }: App): Part[] {
  if (viewers === null) return []
  return [{ name: 'viewers', isReady: viewers.problem === null, detail: viewers.problem ?? 'linked' }]
}

/** Encoders in hardware that passed their trial, with their limits, and why the others did not: a note, and no reason to be not ready. */
function hardwarePart(app: App): Part {
  const { encoders, refused, held } = app.platform.plans.hardware
  const nowMs = app.platform.clock.nowMs()
  const found = encoders.map(
    ({ kind, codec, maxWidth, maxHeight, maxSessions }) => `${kind} ${codec} up to ${maxWidth}x${maxHeight}, ${maxSessions} sessions`,
  )
  const waits = held.map(
    ({ kind, untilMs }) => `${kind} failed in mid-show: no new encodes on it for ${Math.ceil((untilMs - nowMs) / 60_000)} min`,
  )
  const details = [...found, ...waits, ...refused.map(({ kind, codec, problem }) => `not ${kind} ${codec}: ${problem}`)]
  return { name: 'hardware encoders', isReady: true, detail: details.join('; ') || 'none: the processor encodes' }
}

/** What shuts in code that decodes media of strangers: a note, and no reason to be not ready. */
function sandboxPart(app: App): Part {
  const { report } = app.clips.sandbox
  return { name: 'sandbox', isReady: true, detail: report === null ? 'not tested yet' : describeSandbox(report) }
}
