import { type InputRole, roleName } from '@sluice/base/words'
import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { type ChannelRecord, channelRecord } from './records.ts'
import { notReady, requireActual, type SourceSight } from './source-sight.ts'

/** Puts an input on the air at once, without a lock: the primary returns by itself after its hold. */
export async function takeSource(ctx: ServiceContext, sight: SourceSight, id: string, role: InputRole): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  return inTransaction(ctx, async (tx, write) => {
    const { channel, inputs } = await channelRecord(tx, ctx.workspaceId, id)
    if (channel.lock !== 'auto' && channel.lock !== role) throw notReady(`the source is locked to the ${roleName(channel.lock)} input`)
    const actual = requireActual(sight, id)
    const name = roleName(role)
    if (actual.source === role) throw notReady(`the ${name} is already on air`)
    if (inputs.some((input) => input.role === role && input.maintenance)) throw notReady(`the ${name} input is in maintenance`)
    const state = actual.inputs.find((input) => input.role === role)?.state ?? 'waiting'
    if (state !== 'receiving') throw notReady(`the ${name} input is ${state}, not receiving`)
    // Before the audit row: only what an engine was told is on record.
    if (!sight.command(id, { do: 'take', role })) throw notReady('no engine carries the channel at the moment')
    const message = `${ctx.actor.name} switched to the ${name} input.`
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'channel.take', subjectId: id, summary: `Switched ${channel.name} to the ${name} input.` },
      event: { name: 'source.taken', channelId: id, subjectId: id, message, data: { role } },
    })
    return channelRecord(tx, ctx.workspaceId, id)
  })
}
