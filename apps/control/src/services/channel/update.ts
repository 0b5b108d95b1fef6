import { PatchChannelBody } from '@sluice/contract/api'
import { violationsOf } from '@sluice/contract/policy'
import type { Tx } from '../../db/index.ts'
import { readOverrides, writeOverrides } from '../../policy/index.ts'
import { inTransaction, parseInput, recordChange, requireScope, type ServiceContext, type WriteContext } from '../index.ts'
import { guardEdit } from '../policy/index.ts'
import { setAutoRollback } from './auto-rollback.ts'
import { judgedFailover, patchFailover, readFailover } from './failover.ts'
import { setLatencyBudgets } from './latency-budgets.ts'
import { type ChannelRecord, channelInWorkspace, channelRecord } from './records.ts'
import { setPage } from './set-page.ts'
import { setRecording } from './set-recording.ts'
import { setSlate } from './set-slate.ts'
import { setViewing } from './set-viewing.ts'

/** Renames a channel, or sets what it does when an input fails, when it rolls itself back, what latency alarms, what its player page says, or how it is played. */
export async function updateChannel(ctx: ServiceContext, id: string, input: unknown): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  const patch = parseInput(PatchChannelBody, input)
  return inTransaction(ctx, async (tx, write) => {
    const before = await channelInWorkspace(tx, ctx.workspaceId, id)
    const name = patch.name ?? before.name
    if (name !== before.name) {
      await tx.updateTable('channel').set({ name }).where('id', '=', id).execute()
      const message = `${ctx.actor.name} renamed the channel ${before.name} to ${name}.`
      await recordChange(tx, write, {
        channels: [id],
        audit: { action: 'channel.update', subjectId: id, summary: `Renamed the channel ${before.name} to ${name}.` },
        event: { name: 'channel.updated', channelId: id, subjectId: id, message },
      })
    }
    if (patch.failover !== undefined) await setFailover(tx, write, await channelRecord(tx, ctx.workspaceId, id), patch)
    if (patch.autoRollback !== undefined) await setAutoRollback(tx, write, before, patch.autoRollback)
    if (patch.latencyBudgets !== undefined) await setLatencyBudgets(tx, write, before, patch.latencyBudgets)
    if (patch.page !== undefined) await setPage(tx, write, before, patch.page)
    if (patch.viewing !== undefined) await setViewing(tx, write, before, patch.viewing)
    if (patch.recording !== undefined) await setRecording(tx, write, before, patch.recording)
    return channelRecord(tx, ctx.workspaceId, id)
  })
}

async function setFailover(tx: Tx, write: WriteContext, record: ChannelRecord, patch: PatchChannelBody): Promise<void> {
  const { channel } = record
  const { id, name } = channel
  const own = readFailover(channel.failover)
  const { slate, ...others } = patch.failover ?? {}
  if (typeof slate === 'string') await setSlate(tx, write, channel, slate)
  const isOn = slate === undefined ? {} : { slate: slate !== false }
  const changed = patchFailover(own, { ...others, ...isOn })
  const settings = judgedFailover(changed ?? {}, record)
  const kept = await guardEdit(
    tx,
    write,
    { id, channelId: id, name },
    {
      before: judgedFailover(own, record),
      after: settings,
      violations: violationsOf(settings),
      kept: readOverrides(channel.policy_overrides),
      named: (['triggerMs', 'holdMs'] as const)
        .filter((field) => field in (patch.failover ?? {}))
        .map((field) => `failover.${field}` as const),
      isClassChange: false,
      override: patch.override,
    },
  )
  const failover = changed === null ? null : JSON.stringify(changed)
  const policy_overrides = writeOverrides(kept)
  if (failover === channel.failover && policy_overrides === channel.policy_overrides) return
  await tx.updateTable('channel').set({ failover, policy_overrides }).where('id', '=', id).execute()
  const detail = { before: channel.failover, after: failover }
  const message = `${write.actor.name} changed the failover settings.`
  await recordChange(tx, write, {
    channels: [id],
    audit: { action: 'channel.failover', subjectId: id, summary: `Changed the failover settings of ${name}.`, detail },
    event: { name: 'channel.updated', channelId: id, subjectId: id, message, data: { failover: changed ?? {} } },
  })
}
