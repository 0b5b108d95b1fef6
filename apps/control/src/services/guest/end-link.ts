import type { GuestLink } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { inTransaction, planJob, recordChange, requireScope, type ServiceContext, type WriteContext } from '../index.ts'
import { type GuestLinkRecord, guestLinkRecord, toGuestLink } from './records.ts'

/** Takes a link back: the guest's outputs end, and what they typed in is deleted. Asking twice is harmless. */
export async function revokeGuestLink(ctx: ServiceContext, id: string): Promise<GuestLink> {
  requireScope(ctx, 'output:write')
  requireScope(ctx, 'destination:write')
  return inTransaction(ctx, async (tx, write) => {
    const link = await guestLinkRecord(tx, ctx.workspaceId, id)
    if (link.ended === null) await end(tx, write, link, 'revoked')
    return toGuestLink(await guestLinkRecord(tx, ctx.workspaceId, id), ctx.platform.clock.wallMs())
  })
}

/** Ends a link whose time has come. For the schedule. */
export async function expireGuestLink(ctx: ServiceContext, id: string): Promise<void> {
  await inTransaction(ctx, async (tx, write) => {
    const link = await guestLinkRecord(tx, ctx.workspaceId, id)
    if (link.ended === null && link.expires_at_ms <= ctx.platform.clock.wallMs()) await end(tx, write, link, 'expired')
  })
}

async function end(tx: Tx, write: WriteContext, link: GuestLinkRecord, ended: 'revoked' | 'expired'): Promise<void> {
  const { id, name, channel_id: channelId } = link
  await tx.updateTable('guest_link').set({ ended, ended_at_ms: write.platform.clock.wallMs() }).where('id', '=', id).execute()
  const outputs = await tx
    .selectFrom('output')
    .innerJoin('destination', 'destination.id', 'output.destination_id')
    .select(['output.id', 'output.name', 'output.channel_id'])
    .where('destination.guest_link_id', '=', id)
    .execute()
  const ids = outputs.map((output) => output.id)
  if (ids.length > 0) await tx.deleteFrom('output').where('id', 'in', ids).execute()
  await tx.deleteFrom('destination').where('guest_link_id', '=', id).execute()
  const names = outputs.map((output) => output.name).join(', ')
  const gone = outputs.length === 0 ? 'It had no outputs.' : `Its outputs have ended and their keys are deleted: ${names}.`
  const what =
    ended === 'revoked' ? `${write.actor.name} revoked the link of the guest ${name}.` : `The link of the guest ${name} has expired.`
  const goneFor = ({ id, channel_id }: (typeof outputs)[number]) =>
    ({ type: 'gone', workspaceId: write.workspaceId, channelId: channel_id, kind: 'output', id }) as const
  await recordChange(tx, write, {
    channels: [channelId, ...outputs.map((output) => output.channel_id)],
    audit: { action: 'guest.end', subjectId: id, summary: `${what} ${gone}`, detail: { ended, outputs: ids } },
    event: { name: 'guest.ended', channelId, subjectId: id, message: `${what} ${gone}`, data: { ended } },
    also: outputs.map(goneFor),
  })
  await planJob(tx, write, { kind: 'guest.expire', subjectId: id, dueAtMs: null })
}
