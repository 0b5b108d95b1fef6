import { isoTime } from '@sluice/base/clock'
import { RotateBody } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { keyHint } from '../../destinations/index.ts'
import { inTransaction, parseInput, recordChange, requireScope, type ServiceContext, type WriteContext } from '../index.ts'
import { requireKind } from './kind.ts'
import { planDestinationJobs } from './plan-jobs.ts'
import { type DestinationRecord, destinationRecord } from './records.ts'
import { retarget } from './retarget.ts'
import { requireTarget } from './target.ts'

/** Replaces the key now, make-before-break at every live output, or keeps it sealed until its time. [OUT-12] */
export async function rotateDestination(ctx: ServiceContext, id: string, input: unknown): Promise<DestinationRecord> {
  requireScope(ctx, 'destination:write')
  const { streamKey, at } = parseInput(RotateBody, input)
  return inTransaction(ctx, async (tx, write) => {
    const before = await destinationRecord(tx, ctx.workspaceId, id)
    requireKind(before, 'rotating')
    const atMs = at === undefined ? null : Date.parse(at)
    if (atMs === null || atMs <= ctx.platform.clock.wallMs()) await putInPlace(tx, write, before, { streamKey, how: 'rotated the key' })
    else await keepForLater(tx, write, before, streamKey, atMs)
    return destinationRecord(tx, ctx.workspaceId, id)
  })
}

async function keepForLater(tx: Tx, write: WriteContext, before: DestinationRecord, streamKey: string, atMs: number): Promise<void> {
  requireTarget(write, before.url, streamKey)
  const next_key_sealed = write.platform.vault.seal({ table: 'destination', column: 'next_key_sealed', row: before.id }, streamKey)
  await tx
    .updateTable('destination')
    .set({ next_key_sealed, next_key_hint: keyHint(streamKey), next_at_ms: atMs, next_by: write.actor.name })
    .where('id', '=', before.id)
    .execute()
  const when = isoTime(atMs)
  const summary = `Planned a new key for the destination ${before.name} at ${when}.`
  const message = `${write.actor.name} planned a new key for the destination ${before.name} at ${when}.`
  await recordChange(tx, write, {
    channels: [],
    audit: { action: 'destination.rotate.plan', subjectId: before.id, summary, detail: { at: when } },
    event: { name: 'destination.updated', channelId: null, subjectId: before.id, message },
  })
  await planDestinationJobs(tx, write, before.id)
}

/** Writes a new key, tells the engines and every timeline it shows in. A key that was kept for later stays, unless it is this one. */
export async function putInPlace(
  tx: Tx,
  write: WriteContext,
  before: DestinationRecord,
  { streamKey, how }: { streamKey: string; how: string },
): Promise<void> {
  await retarget(tx, write, before, { streamKey })
  const channelIds = [...new Set(before.outputs.map((output) => output.channel_id))]
  const message = `${write.actor.name} ${how} of the destination ${before.name}; live outputs switch over with a second session, without a gap.`
  const timelines = channelIds.length === 0 ? [null] : channelIds
  await recordChange(tx, write, {
    channels: channelIds,
    audit: { action: 'destination.rotate', subjectId: before.id, summary: `The destination ${before.name}: ${how}.` },
    event: timelines.map((channelId) => ({ name: 'destination.rotated', channelId, subjectId: before.id, message })),
  })
  await planDestinationJobs(tx, write, before.id)
}
