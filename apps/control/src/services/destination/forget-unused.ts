import type { Tx } from '../../db/index.ts'

/** Deletes those of `ids` that were made with an output and that no output uses any more, credentials and all. */
export async function forgetUnused(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .deleteFrom('destination')
    .where('id', 'in', ids)
    .where('origin', '=', 'output')
    .where((eb) => eb.not(eb.exists(eb.selectFrom('output').select('output.id').whereRef('output.destination_id', '=', 'destination.id'))))
    .execute()
}
