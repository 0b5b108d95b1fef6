import type { Tx } from '../../db/index.ts'
import { holdChannel, ProblemError } from '../index.ts'

/** What an output may name besides rungs. */
const noRungs: readonly string[] = ['auto', 'source']

/** Refuses a rung that the channel does not have. Until the end of the transaction none of the channel's is deleted. */
export async function requireRung(tx: Tx, channelId: string, rung: string): Promise<void> {
  if (noRungs.includes(rung)) return
  await holdChannel(tx, channelId)
  const row = await tx.selectFrom('rung').select('id').where('id', '=', rung).where('channel_id', '=', channelId).executeTakeFirst()
  if (row !== undefined) return
  throw new ProblemError('RUNG_UNKNOWN', 'The channel has no such rung.', [
    { path: 'rung', message: 'neither `auto` nor `source` nor the id of a rung of this channel' },
  ])
}
