import type { ExpressionBuilder } from 'kysely'
import type { Tables, Tx } from '../../db/index.ts'
import { notFound, ProblemError, recordChange, type ServiceContext, type WriteContext } from '../index.ts'
import type { DestinationRecord } from './records.ts'

const isGranted = ({ channelIds }: Pick<DestinationRecord, 'channelIds'>, channelId: string): boolean =>
  channelIds === null || channelIds.includes(channelId)

/** Refuses a channel that the destination is not for. */
export function requireGrant(destination: Pick<DestinationRecord, 'channelIds' | 'name'>, channelId: string): void {
  if (isGranted(destination, channelId)) return
  throw new ProblemError('DESTINATION_NOT_GRANTED', `The destination ${destination.name} is not granted to this channel.`)
}

/** True for outputs whose channel may use their destination: for queries over many. */
export const outputIsGranted = (eb: ExpressionBuilder<Tables, 'output'>) =>
  eb.exists(
    eb
      .selectFrom('destination')
      .select('destination.id')
      .leftJoin('destination_grant', (join) =>
        join
          .onRef('destination_grant.destination_id', '=', 'destination.id')
          .onRef('destination_grant.channel_id', '=', 'output.channel_id'),
      )
      .whereRef('destination.id', '=', 'output.destination_id')
      .where((or) => or.or([or('destination.granted_to', '=', 'workspace'), or('destination_grant.channel_id', 'is not', null)])),
  )

/**
 * Writes who may use the destination; null: every channel. Taking it from a channel with an output that is to run is refused, or stops
 * that output. Returns what changed in words.
 */
export async function setGrants(
  tx: Tx,
  write: WriteContext,
  before: DestinationRecord,
  wanted: { channelIds: readonly string[] | null; stopUngranted: boolean },
): Promise<string[]> {
  const channelIds = wanted.channelIds === null ? null : [...new Set(wanted.channelIds)].sort()
  if (JSON.stringify(channelIds) === JSON.stringify(before.channelIds)) return []
  const losing = before.outputs.filter((output) => output.desired === 'running' && !isGranted({ channelIds }, output.channel_id))
  if (losing.length > 0 && !wanted.stopUngranted) {
    const names = losing.map((output) => output.name).join(', ')
    throw new ProblemError('GRANT_IN_USE', `These outputs run on channels that would lose access to ${before.name}: ${names}.`)
  }
  await tx.deleteFrom('destination_grant').where('destination_id', '=', before.id).execute()
  await tx
    .updateTable('destination')
    .set({ granted_to: channelIds === null ? 'workspace' : 'channels' })
    .where('id', '=', before.id)
    .execute()
  if (channelIds !== null) await insertGrants(tx, write, before.id, channelIds)
  await stopAll(tx, write, before.name, losing)
  return [
    channelIds === null ? 'granted to all channels' : `granted to ${channelIds.length} ${channelIds.length === 1 ? 'channel' : 'channels'}`,
  ]
}

/** Writes the channels that a destination is for; NOT_FOUND for one that is not of this workspace. */
export async function insertGrants(tx: Tx, ctx: ServiceContext, destinationId: string, wanted: readonly string[]): Promise<void> {
  const channelIds = [...new Set(wanted)]
  if (channelIds.length === 0) return
  const found = await tx
    .selectFrom('channel')
    .select('id')
    .where('workspace_id', '=', ctx.workspaceId)
    .where('id', 'in', channelIds)
    .execute()
  const missing = channelIds.find((id) => !found.some((channel) => channel.id === id))
  if (missing !== undefined) throw notFound('channel', missing)
  await tx
    .insertInto('destination_grant')
    .values(channelIds.map((channel_id) => ({ destination_id: destinationId, channel_id })))
    .execute()
}

async function stopAll(tx: Tx, write: WriteContext, destinationName: string, outputs: DestinationRecord['outputs']): Promise<void> {
  if (outputs.length === 0) return
  await tx
    .updateTable('output')
    .set({ desired: 'stopped', updated_at_ms: write.platform.clock.wallMs() })
    .where(
      'id',
      'in',
      outputs.map((output) => output.id),
    )
    .execute()
  await recordChange(tx, write, {
    channels: outputs.map((output) => output.channel_id),
    audit: outputs.map(({ id, name }) => ({
      action: 'output.stop',
      subjectId: id,
      summary: `The output ${name} was stopped: its channel lost access to ${destinationName}.`,
    })),
    event: outputs.map(({ id, name, channel_id }) => ({
      name: 'output.updated',
      severity: 'warning',
      channelId: channel_id,
      subjectId: id,
      message: `${write.actor.name}: output ${name} stopped, its channel no longer has access to ${destinationName}.`,
    })),
  })
}
