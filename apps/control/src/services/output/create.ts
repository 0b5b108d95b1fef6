import { CreateOutputBody } from '@sluice/contract/api'
import { judgedLimits, type OutputClass, patchLimits, violationsOf } from '@sluice/contract/policy'
import type { Tx } from '../../db/index.ts'
import { writeOverrides } from '../../policy/index.ts'
import { channelInWorkspace } from '../channel/index.ts'
import { type DestinationRow, destinationRecord, insertDestination, requireGrant } from '../destination/index.ts'
import { audit, inTransaction, parseInput, recordChange, requireScope, type ServiceContext, type WriteContext } from '../index.ts'
import { requireDelay, requireFit, requireRung } from '../plan/index.ts'
import { guardEdit, policiesOf } from '../policy/index.ts'
import { requireEnhanced } from './enhanced.ts'
import { insertOutput, newOutputId } from './insert.ts'
import { writeLimits } from './limits.ts'
import { probeColumns } from './probe-url.ts'
import { type OutputRecord, outputRecord } from './records.ts'

type Body = ReturnType<typeof CreateOutputBody.parse>

/** Attaches a destination to a channel: one that is kept, or a new one of the same name out of `url` and `streamKey`. */
export async function createOutput(ctx: ServiceContext, channelId: string, input: unknown): Promise<OutputRecord> {
  requireScope(ctx, 'output:write')
  const body = parseInput(CreateOutputBody, input)
  const id = newOutputId(ctx)
  return inTransaction(ctx, async (tx, write) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    const destination = await destinationFor(tx, ctx, channelId, body)
    const outputClass = body.class ?? destination.class
    const own = await ownLimits(tx, write, { id, channelId, name: `the output ${body.name}` }, outputClass, body)
    const desired = body.enabled ? 'running' : 'stopped'
    const { rung, latency, enhanced, delayMs, audioTrack } = body
    requireEnhanced(ctx, enhanced, destination)
    await requireRung(tx, channelId, rung)
    const about = {
      name: body.name,
      class: outputClass,
      priority: body.priority,
      rung,
      latency,
      enhanced,
      delayMs,
      audioTrack,
      desired,
      probe: probeColumns(ctx, id, body.probeUrl),
    } as const
    await insertOutput(tx, ctx, id, { channelId, destinationId: destination.id, ...about, ...own })
    await requireFit(tx, ctx, channelId)
    await requireDelay(tx, ctx, channelId, { outputId: id })
    const what = `the output ${body.name} to ${destination.url}`
    await recordChange(tx, write, {
      channels: [channelId],
      audit: { action: 'output.create', subjectId: id, summary: `Added ${what} on ${channel.name}.` },
      event: { name: 'output.created', channelId, subjectId: id, message: `${ctx.actor.name} added ${what}.` },
    })
    return outputRecord(tx, ctx.workspaceId, id)
  })
}

/** Columns of the limits that the output is made with. */
async function ownLimits(
  tx: Tx,
  write: WriteContext,
  subject: { id: string; channelId: string; name: string },
  outputClass: OutputClass,
  body: Body,
): Promise<{ limits: string | null; policyOverrides: string | null }> {
  const limits = patchLimits({}, body.limits)
  const policy = (await policiesOf(tx, [write.workspaceId])).get(write.workspaceId)![outputClass]
  const settings = judgedLimits(policy, limits)
  const facts = { before: [], after: settings, violations: violationsOf(settings), kept: {}, named: [], isClassChange: false }
  const kept = await guardEdit(tx, write, subject, { ...facts, override: body.override })
  return { limits: writeLimits(limits), policyOverrides: writeOverrides(kept) }
}

async function destinationFor(tx: Tx, ctx: ServiceContext, channelId: string, body: Body): Promise<DestinationRow> {
  if (body.destinationId !== undefined) {
    const kept = await destinationRecord(tx, ctx.workspaceId, body.destinationId)
    requireGrant(kept, channelId)
    await audit(tx, ctx, {
      action: 'destination.use',
      subjectId: kept.id,
      summary: `The output ${body.name} uses the destination ${kept.name}.`,
    })
    return kept
  }
  return insertDestination(tx, ctx, {
    name: body.name,
    platform: body.platform ?? 'custom',
    origin: 'output',
    url: body.url ?? '',
    streamKey: body.streamKey ?? '',
    class: body.class,
    tlsVerify: body.tlsVerify ?? true,
  })
}
