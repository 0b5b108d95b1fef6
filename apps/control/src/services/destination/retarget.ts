import type { Tx } from '../../db/index.ts'
import type { ServiceContext, WriteContext } from '../index.ts'
import { planDestinationJobs } from './plan-jobs.ts'
import type { DestinationRow } from './records.ts'
import { openKey, requireTarget, sealTarget } from './target.ts'

export type TargetPatch = { url?: string | undefined; streamKey?: string | undefined; tlsVerify?: boolean | undefined }

/** Writes a new address, key or TLS rule. The key that is not given stays. Returns what changed in words; secrets only by name. */
export async function retarget(tx: Tx, ctx: WriteContext, before: DestinationRow, patch: TargetPatch): Promise<string[]> {
  const said: string[] = []
  const changes: Partial<DestinationRow> = {}
  if (patch.url !== undefined || patch.streamKey !== undefined) {
    const target = requireTarget(ctx, patch.url ?? before.url, patch.streamKey ?? openKey(ctx, before))
    const sealed = sealTarget(ctx, before.id, target)
    // Passphrase and query come with the address: without a new one, or with the one that is shown, the kept ones stay.
    if (patch.url === undefined || patch.url === before.url) {
      sealed.passphrase_sealed = before.passphrase_sealed
      sealed.query_sealed = before.query_sealed
    }
    Object.assign(changes, sealed)
    if (sealed.url !== before.url) said.push(`address ${sealed.url}`)
    if (patch.streamKey !== undefined || target.streamKey !== openKey(ctx, before)) {
      said.push('new stream key')
      if (before.credential === 'rotating') Object.assign(changes, rotatedNow(ctx))
    }
  }
  if (patch.tlsVerify !== undefined && patch.tlsVerify !== before.tls_verify) {
    changes.tls_verify = patch.tlsVerify
    said.push(patch.tlsVerify ? 'TLS certificate verified' : 'TLS certificate not verified')
  }
  if (said.length === 0) return said
  await tx
    .updateTable('destination')
    .set({ ...changes, place_no: before.place_no + 1, updated_at_ms: ctx.platform.clock.wallMs() })
    .where('id', '=', before.id)
    .execute()
  if (changes.rotated_at_ms !== undefined) await planDestinationJobs(tx, ctx, before.id)
  return said
}

/** Columns that say that the key was replaced just now, and that nothing is known yet of how it goes. */
const rotatedNow = (
  ctx: ServiceContext,
): Pick<DestinationRow, 'rotated_at_ms' | 'rotated_by' | 'rotation_state' | 'overdue_told_at_ms'> => ({
  rotated_at_ms: ctx.platform.clock.wallMs(),
  rotated_by: ctx.actor.name,
  rotation_state: 'pending',
  overdue_told_at_ms: null,
})

/** Channels whose outputs push to the destination. */
export async function channelsUsing(tx: Tx, destinationId: string): Promise<string[]> {
  const rows = await tx.selectFrom('output').select('channel_id').distinct().where('destination_id', '=', destinationId).execute()
  return rows.map((row) => row.channel_id)
}
