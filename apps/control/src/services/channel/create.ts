import { CreateChannelBody } from '@sluice/contract/api'
import { newId } from '../../db/index.ts'
import { inTransaction, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { newPlayback } from './keys.ts'
import { newInput } from './new-input.ts'
import { type ChannelRecord, channelRecord } from './records.ts'

/** Makes a channel with a primary and a backup input, each with a key of its own. */
export async function createChannel(ctx: ServiceContext, input: unknown): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  const { name } = parseInput(CreateChannelBody, input)
  const { vault, clock } = ctx.platform
  const nowMs = clock.wallMs()
  const id = newId(nowMs)
  return inTransaction(ctx, async (tx, write) => {
    await tx
      .insertInto('channel')
      .values({
        id,
        workspace_id: ctx.workspaceId,
        name,
        lock: 'auto',
        failover: null,
        auto_rollback: null,
        latency_budgets: null,
        policy_overrides: null,
        revision: 1,
        engine_id: null,
        ...newPlayback(vault, id),
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
      })
      .execute()
    for (const role of ['primary', 'backup'] as const)
      await tx
        .insertInto('input')
        .values(newInput(ctx.platform, id, role))
        .execute()
    await recordChange(tx, write, {
      channels: [],
      reread: [id],
      audit: { action: 'channel.create', subjectId: id, summary: `Created the channel ${name}.` },
      event: { name: 'channel.created', channelId: id, subjectId: id, message: `${ctx.actor.name} created the channel ${name}.` },
    })
    return channelRecord(tx, ctx.workspaceId, id)
  })
}
