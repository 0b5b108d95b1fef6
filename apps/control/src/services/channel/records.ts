import { rankOf } from '@sluice/base/words'
import type { ClassPolicies, OutputClass } from '@sluice/contract/policy'
import type { Selectable } from 'kysely'
import type { ChannelTable, InputTable, Reader } from '../../db/index.ts'
import { notFound } from '../index.ts'
import { policiesOf } from '../policy/index.ts'

export type ChannelRow = Selectable<ChannelTable>
export type InputRow = Selectable<InputTable>

/** A channel as it is stored, with its inputs by rank, what its outputs say of it, and the policies of its workspace. */
export type ChannelRecord = {
  channel: ChannelRow
  inputs: InputRow[]
  outputIds: string[]
  outputClasses: OutputClass[]
  policies: ClassPolicies
}

/** The row, or NOT_FOUND: for other workspaces' ids too. */
export async function channelInWorkspace(db: Reader, workspaceId: string, id: string): Promise<ChannelRow> {
  const row = await db.selectFrom('channel').selectAll().where('id', '=', id).where('workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('channel', id)
  return row
}

/** Adds what hangs on the channels, in three queries whatever their number. */
export async function withInputs(db: Reader, channels: readonly ChannelRow[]): Promise<ChannelRecord[]> {
  const ids = channels.map((channel) => channel.id)
  if (ids.length === 0) return []
  const inputs = await db.selectFrom('input').selectAll().where('channel_id', 'in', ids).execute()
  inputs.sort((a, b) => rankOf(a.role) - rankOf(b.role))
  const outputs = await db.selectFrom('output').select(['id', 'channel_id', 'class']).where('channel_id', 'in', ids).execute()
  const policies = await policiesOf(
    db,
    channels.map((channel) => channel.workspace_id),
  )
  return channels.map((channel) => ({
    channel,
    policies: policies.get(channel.workspace_id)!,
    inputs: inputs.filter((input) => input.channel_id === channel.id),
    outputIds: outputs.filter((output) => output.channel_id === channel.id).map((output) => output.id),
    outputClasses: outputs.filter((output) => output.channel_id === channel.id).map((output) => output.class),
  }))
}

export async function channelRecord(db: Reader, workspaceId: string, id: string): Promise<ChannelRecord> {
  const [record] = await withInputs(db, [await channelInWorkspace(db, workspaceId, id)])
  return record!
}
