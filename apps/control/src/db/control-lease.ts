import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Clock, Timer } from '@sluice/base/clock'
import { messageOf, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { z } from 'zod'
import { troubleOf, troubleSentences } from './failures.ts'
import type { Database } from './tables/index.ts'

const name = 'control-lease'
const renewMs = 10_000
/** Longer than a slow renewal, short enough that a machine that died is soon replaced. */
const expiryMs = 30_000

const Lease = z.object({ holder: z.string(), host: z.string(), seenAtMs: z.number() })

/** The lease that a control holds while it runs. `holder` is the same at each start out of one data folder. */
export type ControlLease = { readonly holder: string; release(): Promise<void> }
type LeaseParts = { db: Database; clock: Clock; log: Logger; idFile: string }

/**
 * Makes sure that one control works on a database: two would push every output twice. The holder is the data folder, which is
 * itself locked: after a crash the same folder goes on at once, another waits for the expiry. Throws SluiceError DB_HELD.
 */
export async function acquireControlLease({ db, clock, log, idFile }: LeaseParts): Promise<ControlLease> {
  const holder = holderOf(idFile)
  await seize(db, holder, clock.wallMs()).catch(async (error: unknown) => {
    const trouble = troubleOf(error)
    if (trouble === null || trouble === 'unreachable') throw error
    // It can be read at least: that nobody else works on it is to be known all the same.
    await requireFree(db, holder, clock.wallMs())
    log.error({ trouble }, `Sluice starts without being able to write. ${troubleSentences[trouble]}`)
  })
  let timer: Timer = clock.after(renewMs, renew)
  function renew(): void {
    void seize(db, holder, clock.wallMs()).catch((error: unknown) =>
      log.error({ error: messageOf(error) }, 'the lease on the database was not renewed'),
    )
    timer = clock.after(renewMs, renew)
  }
  return {
    holder,
    async release() {
      timer.cancel()
      await db.deleteFrom('deployment').where('name', '=', name).where('value', 'like', `%"${holder}"%`).execute()
    },
  }
}

function holderOf(idFile: string): string {
  if (!existsSync(idFile)) writeFileSync(idFile, randomUUID(), { mode: 0o600 })
  return readFileSync(idFile, 'utf8').trim()
}

/** Writes our own lease where there is none, an expired one, or ours. Compare and set: of two that try at once one fails. */
async function seize(db: Database, holder: string, nowMs: number): Promise<void> {
  const value = JSON.stringify({ holder, host: hostname(), seenAtMs: nowMs } satisfies z.infer<typeof Lease>)
  const made = await db
    .insertInto('deployment')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst()
  if (made !== undefined) return
  const { before, held } = await requireFree(db, holder, nowMs)
  const changed = await db
    .updateTable('deployment')
    .set({ value })
    .where('name', '=', name)
    .where('value', '=', before)
    .returning('name')
    .executeTakeFirst()
  if (changed === undefined) throw heldBy(held?.host ?? 'another machine', 0)
}

/** Throws DB_HELD while another holds it. The lease as it is stored. */
async function requireFree(db: Database, holder: string, nowMs: number): Promise<{ before: string; held: z.infer<typeof Lease> | null }> {
  const row = await db.selectFrom('deployment').select('value').where('name', '=', name).executeTakeFirst()
  const held = row === undefined ? null : Lease.parse(JSON.parse(row.value))
  if (held !== null && held.holder !== holder && nowMs - held.seenAtMs < expiryMs) throw heldBy(held.host, nowMs - held.seenAtMs)
  return { before: row?.value ?? '', held }
}

const heldBy = (host: string, ageMs: number): SluiceError =>
  new SluiceError(
    'DB_HELD',
    'operator',
    `another Sluice, on ${host}, uses this database (seen ${Math.round(ageMs / 1000)} s ago); stop it, or wait ${expiryMs / 1000} s if it is gone`,
  )
