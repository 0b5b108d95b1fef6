import type { Triage } from '@sluice/contract/api'
import { toStoredEvent } from '../../events/index.ts'
import type { LiveState } from '../../observed/index.ts'
import { type TriageFacts, triage } from '../../triage/index.ts'
import { channelRecord, failoverOf } from '../channel/index.ts'
import { requireScope, type ServiceContext } from '../index.ts'
import { effectiveOf, outputRecords } from '../output/index.ts'

const lookBackMs = 5 * 60_000
const maxEvents = 200

/** Where to look first when something is wrong. */
export async function getTriage(
  ctx: ServiceContext,
  live: LiveState,
  seenOf: (channelId: string) => Pick<TriageFacts, 'latency' | 'line'>,
  channelId: string,
): Promise<Triage> {
  requireScope(ctx, 'channel:read')
  const { db, clock } = ctx.platform
  const channel = await channelRecord(db, ctx.workspaceId, channelId)
  const nowMs = clock.wallMs()
  const records = (await outputRecords(db, channelId)).filter((output) => output.desired === 'running')
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('channel_id', '=', channelId)
    .where('at_ms', '>=', nowMs - lookBackMs)
    .orderBy('seq', 'desc')
    .limit(maxEvents)
    .execute()
  const stats = live.stats(channelId)
  const outputs = records.map((record) => ({
    id: record.id,
    name: record.name,
    class: record.class,
    maxQueueMs: effectiveOf(record).queueMs,
    actual: live.output(record.id),
    stats: stats.outputs.find((one) => one.outputId === record.id) ?? null,
  }))
  return triage({
    channelId,
    nowMs,
    actual: live.channel(channelId),
    stats,
    outputs,
    triggerMs: failoverOf(channel).triggerMs,
    events: rows.map(toStoredEvent),
    ...seenOf(channelId),
  })
}
