import { inTransaction, recordChange, type ServiceContext } from '../index.ts'

/** The engine says that a new broadcast follows the end `no`: it is the channel's no more. Another end that came meanwhile stays. */
export async function resumeBroadcast(ctx: ServiceContext, id: string, no: number): Promise<void> {
  await inTransaction(ctx, async (tx, write) => {
    const cleared = await tx
      .updateTable('channel')
      .set({ ended_at_ms: null, ended_by: null })
      .where('id', '=', id)
      .where('ended_at_ms', '=', no)
      .returning('id')
      .execute()
    // The engine has told of the new broadcast itself.
    if (cleared.length > 0) await recordChange(tx, write, { channels: [id], audit: [], event: null })
  })
}
