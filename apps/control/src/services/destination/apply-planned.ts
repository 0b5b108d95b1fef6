import { isoTime } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import { inTransaction, recordEvents, type ServiceContext } from '../index.ts'
import { destinationRecord } from './records.ts'
import { putInPlace } from './rotate.ts'

/** Later than this, the time was missed: Sluice was not running. */
const missedAfterMs = 60_000
const none = { next_key_sealed: null, next_key_hint: null, next_at_ms: null, next_by: null }

/** Puts the key in place that was kept until now. For the schedule: the right was checked when it was planned. */
export async function applyPlannedRotation(ctx: ServiceContext, id: string): Promise<void> {
  await inTransaction(ctx, async (tx, write) => {
    const { clock, vault } = ctx.platform
    const before = await destinationRecord(tx, ctx.workspaceId, id)
    const { next_key_sealed: sealed, next_at_ms: atMs, next_by: by } = before
    if (sealed === null || atMs === null || atMs > clock.wallMs()) return
    await tx.updateTable('destination').set(none).where('id', '=', id).execute()
    const planned = isoTime(atMs)
    const late = clock.wallMs() - atMs > missedAfterMs ? `, late: Sluice was not running at ${planned}` : ''
    const how = `switched to the key that ${by} planned for ${planned}${late}`
    try {
      const streamKey = vault.open({ table: 'destination', column: 'next_key_sealed', row: id }, sealed)
      await putInPlace(tx, write, before, { streamKey, how })
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error
      const message = `The key that ${by} planned for ${before.name} cannot be used (${error.code}): rotate it by hand.`
      recordEvents(write, { name: 'destination.rotated', severity: 'error', channelId: null, subjectId: id, message })
    }
  })
}
