import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../accounts/index.ts'
import type { Database } from '../db/index.ts'
import { ProblemError } from '../services/problem.ts'
import type { App } from './app.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The row that this request claimed by its Idempotency-Key. */
    idempotencyId: string | null
  }
}

const header = 'idempotency-key'
const keyForm = /^[\x21-\x7e]{1,255}$/
/** A claim so old is of a process that died on it. */
const staleClaimMs = 60_000

/**
 * POST with an `Idempotency-Key` is done once: a repeat within 24 hours gets the first answer again. Keys are the caller's own.
 * Answers are kept sealed, because one may hold a stream key or an API key. Failures are not kept, so that they may be tried again.
 */
export function addIdempotency(server: FastifyInstance, app: App): void {
  server.decorateRequest('idempotencyId', null)
  server.addHook('preHandler', (request, reply) => claim(app, request, reply))
  server.addHook('onSend', async (request, reply, payload) => {
    if (request.idempotencyId === null) return payload
    const { idempotencyId: id } = request
    request.idempotencyId = null
    await (reply.statusCode < 300 && typeof payload === 'string' ? keep(app, id, reply.statusCode, payload) : release(app.platform.db, id))
    return payload
  })
}

/** What a body is told from another by: a file by its length, for it is read but once. */
const bodyText = ({ body, headers }: FastifyRequest): string =>
  body instanceof Readable ? `file ${headers['content-type']} ${headers['content-length']}` : JSON.stringify(body ?? null)

const digest = (...parts: string[]): string => createHash('sha256').update(parts.join('\0'), 'utf8').digest('hex')

async function claim(app: App, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const key = request.headers[header]
  if (request.method !== 'POST' || key === undefined || request.principal === null) return
  if (typeof key !== 'string' || !keyForm.test(key)) {
    throw new ProblemError('REQUEST_INVALID', 'The Idempotency-Key is not 1..255 visible ASCII characters.')
  }
  const { db, clock, vault } = app.platform
  const id = claimId(request.principal, key)
  const requestHash = digest(request.method, request.url, bodyText(request))
  if (await take(db, id, requestHash, clock.wallMs())) {
    request.idempotencyId = id
    return
  }
  const first = await db.selectFrom('idempotency').selectAll().where('id', '=', id).executeTakeFirst()
  if (first !== undefined && first.request_hash !== requestHash) {
    throw new ProblemError('IDEMPOTENCY_REUSED', 'This Idempotency-Key came with another path or body before.')
  }
  if (first?.answer_sealed == null)
    throw new ProblemError('IDEMPOTENCY_BUSY', 'The first request with this Idempotency-Key is still running.')
  const answer = vault.open({ table: 'idempotency', column: 'answer_sealed', row: id }, first.answer_sealed)
  await reply
    .code(first.status ?? 200)
    .header('idempotency-replayed', 'true')
    .type('application/json; charset=utf-8')
    .serializer((text: string) => text)
    .send(answer)
}

const claimId = ({ actor, workspace }: Principal, key: string): string => digest(actor.kind, actor.id, workspace.id, key)

/** True when the row is this request's: new, or left behind by a process that died. */
async function take(db: Database, id: string, requestHash: string, nowMs: number): Promise<boolean> {
  await db
    .deleteFrom('idempotency')
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('created_at_ms', '<', nowMs - staleClaimMs)
    .execute()
  const row = await db
    .insertInto('idempotency')
    .values({ id, request_hash: requestHash, state: 'running', status: null, answer_sealed: null, created_at_ms: nowMs })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

async function keep(app: App, id: string, status: number, payload: string): Promise<void> {
  const answer_sealed = app.platform.vault.seal({ table: 'idempotency', column: 'answer_sealed', row: id }, payload)
  await app.platform.db.updateTable('idempotency').set({ state: 'done', status, answer_sealed }).where('id', '=', id).execute()
}

async function release(db: Database, id: string): Promise<void> {
  await db.deleteFrom('idempotency').where('id', '=', id).execute()
}
