import { GuestOutputBody, PatchGuestOutputBody } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { waitsOrMeets } from '../../destinations/index.ts'
import { destinationRecord, insertDestination, retarget } from '../destination/index.ts'
import { inTransaction, notFound, ProblemError, parseInput, recordChange } from '../index.ts'
import { insertOutput, newOutputId } from '../output/index.ts'
import { requireFit } from '../plan/index.ts'
import { type GuestOutputRow, guestOutputRows } from './view.ts'
import { type GuestVisit, holdLink } from './visit.ts'

/** Below all of the workspace's own: the first to go in a rollback. */
const guestPriority = 0

/** Adds a guest's own destination, by the same checks as an operator's, up to what the link allows. */
export async function addGuestOutput(visit: GuestVisit, input: unknown): Promise<GuestOutputRow> {
  const { ctx, link } = visit
  const body = parseInput(GuestOutputBody, input)
  requireCalling(body.url)
  return inTransaction(ctx, async (tx, write) => {
    await holdLink(tx, visit)
    const own = await guestOutputRows(tx, link.id)
    if (own.length >= link.max_outputs) {
      throw new ProblemError(
        'GUEST_LIMIT',
        `The link allows ${link.max_outputs} ${link.max_outputs === 1 ? 'destination' : 'destinations'}.`,
      )
    }
    const destination = await insertDestination(tx, ctx, {
      ...body,
      origin: 'output',
      class: link.class,
      tlsVerify: true,
      credential: 'guest',
      channelIds: [link.channel_id],
      guestLinkId: link.id,
    })
    const id = newOutputId(ctx)
    const place = { channelId: link.channel_id, destinationId: destination.id }
    const about = { name: body.name, class: link.class, priority: guestPriority, rung: 'auto', desired: 'running' } as const
    await insertOutput(tx, ctx, id, { ...place, ...about })
    await requireFit(tx, ctx, link.channel_id)
    const what = `the output ${body.name} to ${destination.url}`
    await recordChange(tx, write, {
      channels: [link.channel_id],
      audit: [
        { action: 'guest.output.create', subjectId: id, summary: `Added ${what}.` },
        { action: 'destination.create', subjectId: destination.id, summary: `Created the destination ${destination.name}.` },
      ],
      event: { name: 'output.created', channelId: link.channel_id, subjectId: id, message: `${ctx.actor.name} added ${what}.` },
    })
    return ownOutput(tx, visit, id)
  })
}

/** Gives a guest's output another key or address; a live one moves make-before-break. */
export async function changeGuestOutput(visit: GuestVisit, id: string, input: unknown): Promise<GuestOutputRow> {
  const { ctx, link } = visit
  const patch = parseInput(PatchGuestOutputBody, input)
  if (patch.url !== undefined) requireCalling(patch.url)
  return inTransaction(ctx, async (tx, write) => {
    await holdLink(tx, visit)
    const before = await ownOutput(tx, visit, id)
    const destination = await destinationRecord(tx, ctx.workspaceId, before.destination_id)
    const said = await retarget(tx, write, destination, patch)
    if (said.length > 0) {
      const summary = `Changed the output ${before.name}: ${said.join(', ')}.`
      const message = `${ctx.actor.name} changed the output ${before.name}: ${said.join(', ')}.`
      await recordChange(tx, write, {
        channels: [link.channel_id],
        audit: [
          { action: 'guest.output.update', subjectId: id, summary },
          { action: 'destination.update', subjectId: destination.id, summary },
        ],
        event: { name: 'output.updated', channelId: link.channel_id, subjectId: id, message },
      })
    }
    return ownOutput(tx, visit, id)
  })
}

/** Takes a guest's output off the channel, its destination and key with it. */
export async function removeGuestOutput(visit: GuestVisit, id: string): Promise<void> {
  const { ctx, link } = visit
  await inTransaction(ctx, async (tx, write) => {
    await holdLink(tx, visit)
    const { name, destination_id } = await ownOutput(tx, visit, id)
    await tx.deleteFrom('output').where('destination_id', '=', destination_id).execute()
    await tx.deleteFrom('destination').where('id', '=', destination_id).execute()
    const message = `${ctx.actor.name} deleted the output ${name}.`
    await recordChange(tx, write, {
      channels: [link.channel_id],
      audit: { action: 'guest.output.delete', subjectId: id, summary: `Deleted the output ${name}.` },
      event: { name: 'output.deleted', channelId: link.channel_id, subjectId: id, message },
      also: [{ type: 'gone', workspaceId: ctx.workspaceId, channelId: link.channel_id, kind: 'output', id }],
    })
  })
}

/** A guest's stream calls out. To wait for a caller takes a port of this machine, which is the operator's to give. */
function requireCalling(url: string): void {
  if (!waitsOrMeets(url)) return
  const message = 'The address cannot work: Sluice must be able to call it. Give a host, and no mode=listener or rendezvous.'
  throw new ProblemError('DESTINATION_URL', message, [{ path: 'url', message }])
}

async function ownOutput(tx: Tx, { link }: GuestVisit, id: string): Promise<GuestOutputRow> {
  const row = (await guestOutputRows(tx, link.id)).find((output) => output.id === id)
  if (row === undefined) throw notFound('output', id)
  return row
}
