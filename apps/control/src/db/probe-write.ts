import type { Database } from './tables/index.ts'

/** Writes a row of no meaning: whether a change can be kept is only known by making one. Throws as any write does. */
export async function probeWrite(db: Database, nowMs: number): Promise<void> {
  const value = String(nowMs)
  await db
    .insertInto('deployment')
    .values({ name: 'write-probe', value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
