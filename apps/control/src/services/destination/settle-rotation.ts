import type { Rotation } from '@sluice/contract/api'
import { inTransaction, recordEvents, type ServiceContext } from '../index.ts'
import { destinationRecord } from './records.ts'

/** Keeps how a rotation went once it is known, and tells it. `rotation` is of the key of `placeNo`. */
export async function settleRotation(ctx: ServiceContext, id: string, placeNo: number, rotation: Rotation): Promise<void> {
  await inTransaction(ctx, async (tx, write) => {
    const row = await destinationRecord(tx, ctx.workspaceId, id)
    if (row.place_no !== placeNo || row.rotation_state === rotation.state) return
    await tx.updateTable('destination').set({ rotation_state: rotation.state }).where('id', '=', id).execute()
    if (rotation.state === 'pending') return
    const failed = rotation.outputs.filter((output) => output.state === 'failed').map((output) => output.name)
    const isGood = rotation.state === 'applied'
    const message = isGood
      ? `The new key of the destination ${row.name} is in use at all its running outputs.`
      : `The new key of the destination ${row.name} is not in use at: ${failed.join(', ')}. See what each output says, then rotate again.`
    const channelIds = [...new Set(row.outputs.map((output) => output.channel_id))]
    const severity = isGood ? 'info' : 'error'
    const about = { name: 'destination.rotated', severity, subjectId: id, message, data: { state: rotation.state } } as const
    recordEvents(
      write,
      channelIds.map((channelId) => ({ ...about, channelId })),
    )
  })
}
