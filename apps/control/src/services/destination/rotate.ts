import { isoTime } from '@sluice/base/clock'
import { RotateBody } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { keyHint } from '../../destinations/index.ts'
import { type AfterCommit, audit, inTransaction, parseInput, requireScope, type ServiceContext, touchChannels } from '../index.ts'
import { requireKind } from './kind.ts'
import { type DestinationRecord, destinationRecord } from './records.ts'
import { retarget } from './retarget.ts'
import { requireTarget } from './target.ts'

/** Replaces the key now, make-before-break at every live output, or keeps it sealed until its time. [OUT-12] */
export async function rotateDestination(ctx: ServiceContext, id: string, input: unknown): Promise<DestinationRecord> {
  requireScope(ctx, 'destination:write')
  const { streamKey, at } = parseInput(RotateBody, input)
  return inTransaction(ctx, async (tx, after) => {
    const before = await destinationRecord(tx, ctx.workspaceId, id)
    requireKind(before, 'rotating')
    const atMs = at === undefined ? null : Date.parse(at)
    if (atMs === null || atMs <= ctx.platform.clock.wallMs())
      await putInPlace(tx, ctx, after, before, { streamKey, how: 'rotated the key' })
    else await keepForLater(tx, ctx, after, before, streamKey, atMs)
    return destinationRecord(tx, ctx.workspaceId, id)
  })
}

async function keepForLater(
  tx: Tx,
  ctx: ServiceContext,
  after: AfterCommit,
  before: DestinationRecord,
  streamKey: string,
  atMs: number,
): Promise<void> {
  requireTarget(ctx, before.url, streamKey)
  const next_key_sealed = ctx.platform.vault.seal({ table: 'destination', column: 'next_key_sealed', row: before.id }, streamKey)
  await tx
    .updateTable('destination')
    .set({ next_key_sealed, next_key_hint: keyHint(streamKey), next_at_ms: atMs, next_by: ctx.actor.name })
    .where('id', '=', before.id)
    .execute()
  const when = isoTime(atMs)
  const summary = `Planned a new key for the destination ${before.name} at ${when}.`
  await audit(tx, ctx, { action: 'destination.rotate.plan', subjectId: before.id, summary, detail: { at: when } })
  const message = `${ctx.actor.name} planned a new key for the destination ${before.name} at ${when}.`
  after.event({ name: 'destination.updated', channelId: null, subjectId: before.id, message })
  after.due()
}

/** Writes a new key, tells the engines and every timeline it shows in. A key that was kept for later stays, unless it is this one. */
export async function putInPlace(
  tx: Tx,
  ctx: ServiceContext,
  after: AfterCommit,
  before: DestinationRecord,
  { streamKey, how }: { streamKey: string; how: string },
): Promise<void> {
  await retarget(tx, ctx, before, { streamKey })
  const channelIds = [...new Set(before.outputs.map((output) => output.channel_id))]
  await touchChannels(tx, ctx, channelIds)
  await audit(tx, ctx, { action: 'destination.rotate', subjectId: before.id, summary: `The destination ${before.name}: ${how}.` })
  const message = `${ctx.actor.name} ${how} of the destination ${before.name}; live outputs move to it one session beside the other.`
  for (const channelId of channelIds.length === 0 ? [null] : channelIds) {
    after.event({ name: 'destination.rotated', channelId, subjectId: before.id, message })
  }
  for (const channelId of channelIds) after.channelChanged(channelId)
  after.due()
}
