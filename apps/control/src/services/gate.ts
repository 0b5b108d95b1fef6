import type { Scope } from '@sluice/contract/api'
import type { z } from 'zod'
import { commit, type Tx, troubleOf } from '../db/index.ts'
import type { Effect, IdempotencyClaim, ServiceContext } from './context.ts'
import { ProblemError } from './problem.ts'

/** Refuses a caller without `scope`. The first line of every verb. */
export function requireScope(ctx: ServiceContext, scope: Scope): void {
  if (!ctx.scopes.has(scope))
    throw new ProblemError('SCOPE_MISSING', `This needs the scope ${scope}, which ${ctx.actor.name} does not have.`)
}

/** Input in its schema's form. Refuses with every wrong field and its JSON path. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const first = fields[0]!
  throw new ProblemError('REQUEST_INVALID', first.path === '' ? first.message : `${first.path}: ${first.message}`, fields)
}

/** A caller inside a transaction. `note` keeps what is to happen once the transaction stands; `recordChange` is who calls it. */
export type WriteContext = ServiceContext & { note(effect: Effect): void }

/** Last of a transaction. Throws where another request has taken the claim over: this one took too long, and is not done. */
async function markDone(tx: Tx, { id, atMs }: IdempotencyClaim): Promise<void> {
  const row = await tx
    .updateTable('idempotency')
    .set({ state: 'done' })
    .where('id', '=', id)
    .where('created_at_ms', '=', atMs)
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) throw new ProblemError('IDEMPOTENCY_BUSY', 'A later request with this Idempotency-Key replaced this one.')
}

/** Runs a verb's writes in one transaction; what it recorded for others happens only once they stand. */
export async function inTransaction<T>(ctx: ServiceContext, body: (tx: Tx, write: WriteContext) => Promise<T>): Promise<T> {
  let effects: Effect[] = []
  const write: WriteContext = { ...ctx, note: (effect) => effects.push(effect) }
  const result = await commit(ctx.platform.db, async (tx) => {
    // A transaction that is run again notes its effects again.
    effects = []
    const done = await body(tx, write)
    if (ctx.claim != null) await markDone(tx, ctx.claim)
    return done
  }).catch((error: unknown) => {
    if (troubleOf(error) !== null) ctx.platform.onUnsure(effects)
    throw error
  })
  await ctx.platform.onCommitted(effects)
  return result
}
