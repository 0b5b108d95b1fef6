import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { messageOf } from '@sluice/base/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../accounts/index.ts'
import type { Database } from '../db/index.ts'
import { type IdempotencyClaim, ProblemError } from '../services/index.ts'
import type { App } from './app.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What this request claimed by its Idempotency-Key. */
    idempotency: IdempotencyClaim | null
  }
}

const header = 'idempotency-key'
const keyForm = /^[\x21-\x7e]{1,255}$/

/**
 * POST with an `Idempotency-Key` is done once: a repeat within 24 hours gets the first answer again. Keys are the caller's own.
 * Answers are kept sealed, because one may hold a stream key or an API key. What failed is not kept, so that it may be tried again. That a
 * request was done is written in the transaction of what it did: a connection that is cut leaves both or neither.
 */
export function addIdempotency(server: FastifyInstance, app: App): void {
  /** Claims whose requests run. One process works on a database: a claim that is not here was left behind. */
  const running = new Set<string>()
  server.decorateRequest('idempotency', null)
  server.addHook('preHandler', (request, reply) => claim(app, running, request, reply))
  server.addHook('onSend', async (request, reply, payload) => {
    const { idempotency } = request
    if (idempotency === null) return payload
    request.idempotency = null
    const isKept = reply.statusCode < 300 && typeof payload === 'string'
    const noted = isKept ? keep(app, idempotency, reply.statusCode, payload) : release(app.platform.db, idempotency)
    // What was done is done: an answer that can't be kept is given all the same.
    await noted.catch((error: unknown) => {
      app.log.error({ error: messageOf(error) }, 'the answer to an Idempotency-Key could not be saved')
    })
    running.delete(idempotency.id)
    return payload
  })
}

/** What a body is told from another by: a file by its length, for it is read but once. */
const bodyText = ({ body, headers }: FastifyRequest): string =>
  body instanceof Readable ? `file ${headers['content-type']} ${headers['content-length']}` : JSON.stringify(body ?? null)

const digest = (...parts: string[]): string => createHash('sha256').update(parts.join('\0'), 'utf8').digest('hex')

async function claim(app: App, running: Set<string>, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const key = request.headers[header]
  if (request.method !== 'POST' || key === undefined || request.principal === null) return
  if (typeof key !== 'string' || !keyForm.test(key)) {
    throw new ProblemError('REQUEST_INVALID', 'The Idempotency-Key is not 1..255 visible ASCII characters.')
  }
  const { db, clock, vault } = app.platform
  const id = claimId(request.principal, key)
  const requestHash = digest(request.method, request.url, bodyText(request))
  if (running.has(id)) {
    const first = await db.selectFrom('idempotency').select('request_hash').where('id', '=', id).executeTakeFirst()
    if (first !== undefined && first.request_hash !== requestHash) throw reused()
    throw new ProblemError('IDEMPOTENCY_BUSY', 'The first request with this Idempotency-Key is still running.')
  }
  running.add(id)
  let isMine = false
  try {
    const found = await claimRow(db, id, requestHash, clock.wallMs())
    isMine = 'claim' in found
    if ('claim' in found) {
      request.idempotency = found.claim
      return
    }
    if (found.request_hash !== requestHash) throw reused()
    if (found.answer_sealed === null) {
      throw new ProblemError(
        'IDEMPOTENCY_ANSWER_LOST',
        'The first request with this Idempotency-Key succeeded, but its answer could not be saved.',
      )
    }
    const answer = vault.open({ table: 'idempotency', column: 'answer_sealed', row: id }, found.answer_sealed)
    await reply
      .code(found.status ?? 200)
      .header('idempotency-replayed', 'true')
      .type('application/json; charset=utf-8')
      .serializer((text: string) => text)
      .send(answer)
  } finally {
    if (!isMine) running.delete(id)
  }
}

const reused = (): ProblemError =>
  new ProblemError('IDEMPOTENCY_REUSED', 'This Idempotency-Key was already used with another path or body.')
const claimId = ({ actor, workspace }: Principal, key: string): string => digest(actor.kind, actor.id, workspace.id, key)

type Found = { claim: IdempotencyClaim } | { request_hash: string; status: number | null; answer_sealed: string | null }

/** Claims the row: a new one, or one that a request left behind which never ended. The row of one that was done comes back as it is. */
async function claimRow(db: Database, id: string, requestHash: string, nowMs: number): Promise<Found> {
  const row = await db
    .insertInto('idempotency')
    .values({ id, request_hash: requestHash, state: 'running', status: null, answer_sealed: null, created_at_ms: nowMs })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (row !== undefined) return { claim: { id, atMs: nowMs } }
  const before = await db.selectFrom('idempotency').selectAll().where('id', '=', id).executeTakeFirst()
  if (before === undefined) return claimRow(db, id, requestHash, nowMs)
  if (before.state !== 'running' || before.request_hash !== requestHash) return before
  // Waits for a transaction that still ends on a server that was away, and finds the row done then.
  const atMs = Math.max(nowMs, before.created_at_ms + 1)
  const taken = await db
    .updateTable('idempotency')
    .set({ created_at_ms: atMs })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('created_at_ms', '=', before.created_at_ms)
    .returning('id')
    .executeTakeFirst()
  return taken === undefined ? claimRow(db, id, requestHash, nowMs) : { claim: { id, atMs } }
}

async function keep(app: App, { id }: IdempotencyClaim, status: number, payload: string): Promise<void> {
  const answer_sealed = app.platform.vault.seal({ table: 'idempotency', column: 'answer_sealed', row: id }, payload)
  await app.platform.db.updateTable('idempotency').set({ state: 'done', status, answer_sealed }).where('id', '=', id).execute()
}

/** Only what did nothing: one whose change stands was done, whatever became of its answer. */
async function release(db: Database, { id }: IdempotencyClaim): Promise<void> {
  await db.deleteFrom('idempotency').where('id', '=', id).where('state', '=', 'running').execute()
}
