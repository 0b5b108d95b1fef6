import { type EnhancedMode, PatchOutputBody } from '@sluice/contract/api'
import { judgedLimits, patchLimits, violationsOf } from '@sluice/contract/policy'
import type { Updateable } from 'kysely'
import type { OutputTable, Tx } from '../../db/index.ts'
import { readOverrides, writeOverrides } from '../../policy/index.ts'
import { channelsUsing, destinationRecord, requireGrant, retarget } from '../destination/index.ts'
import { audit, inTransaction, parseInput, recordChange, requireScope, type ServiceContext, type WriteContext } from '../index.ts'
import { requireDelay, requireFit, requireRung } from '../plan/index.ts'
import { guardEdit, policiesOf } from '../policy/index.ts'
import { requireEnhanced } from './enhanced.ts'
import { namedLimits, readLimits, writeLimits } from './limits.ts'
import { probeColumns } from './probe-url.ts'
import { type OutputRecord, outputRecord } from './records.ts'

/** Changes an output. A new address or key changes the destination behind it, and so every output on that destination. */
export async function updateOutput(ctx: ServiceContext, id: string, input: unknown): Promise<OutputRecord> {
  requireScope(ctx, 'output:write')
  const patch = parseInput(PatchOutputBody, input)
  return inTransaction(ctx, async (tx, write) => {
    const before = await outputRecord(tx, ctx.workspaceId, id)
    const { changes, said } = changesOf(before, patch)
    const limited = await limitsAfter(tx, write, before, patch)
    if (limited.limits !== before.limits || limited.policy_overrides !== before.policy_overrides) said.push('limits')
    if (patch.probeUrl !== undefined) Object.assign(changes, probeChange(ctx, before, patch.probeUrl, said))
    if (changes.rung !== undefined) await requireRung(tx, before.channel_id, changes.rung)
    const channelIds = new Set([before.channel_id])
    const destination = await destinationRecord(tx, ctx.workspaceId, before.destination_id)
    if (changes.enhanced !== undefined) requireEnhanced(ctx, changes.enhanced as EnhancedMode, destination)
    if (changes.desired === 'running') requireGrant(destination, before.channel_id)
    if (patch.url !== undefined || patch.streamKey !== undefined || patch.tlsVerify !== undefined) {
      requireGrant(destination, before.channel_id)
      if (destination.origin === 'kept') requireScope(ctx, 'destination:write')
      const retargeted = await retarget(tx, write, destination, patch)
      if (retargeted.length > 0) {
        for (const channelId of await channelsUsing(tx, destination.id)) channelIds.add(channelId)
        const summary = `Changed the destination ${destination.name} through the output ${before.name}: ${retargeted.join(', ')}.`
        await audit(tx, ctx, { action: 'destination.update', subjectId: destination.id, summary, detail: { changed: retargeted } })
      }
      said.push(...retargeted)
    }
    if (said.length > 0) {
      await tx
        .updateTable('output')
        .set({ ...changes, ...limited, updated_at_ms: ctx.platform.clock.wallMs() })
        .where('id', '=', id)
        .execute()
      await requireFit(tx, ctx, before.channel_id)
      // Another edit of an output whose delay has come to be too long is no reason to refuse.
      const isDelayNew = changes.delay_ms !== undefined || changes.rung !== undefined || changes.desired !== undefined
      if (isDelayNew) await requireDelay(tx, ctx, before.channel_id, { outputId: id })
      const what = `the output ${before.name}: ${said.join(', ')}`
      const message = `${ctx.actor.name} changed ${what}.`
      await recordChange(tx, write, {
        channels: [...channelIds],
        audit: { action: 'output.update', subjectId: id, summary: `Changed ${what}.`, detail: { changed: said } },
        event: { name: 'output.updated', channelId: before.channel_id, subjectId: id, message },
      })
    }
    return outputRecord(tx, ctx.workspaceId, id)
  })
}

function probeChange(ctx: ServiceContext, before: OutputRecord, url: string | null, said: string[]): Updateable<OutputTable> {
  if (url === null && before.probe_url === null) return {}
  said.push(url === null ? 'no playback address' : 'playback address')
  return probeColumns(ctx, before.id, url)
}

/** Columns of the output's own limits after the patch, which must fit the class that it has then. */
async function limitsAfter(tx: Tx, write: WriteContext, before: OutputRecord, patch: PatchOutputBody) {
  const own = readLimits(before.limits)
  const limits = patchLimits(own, patch.limits)
  const policies = (await policiesOf(tx, [write.workspaceId])).get(write.workspaceId)!
  const outputClass = patch.class ?? before.class
  const settings = judgedLimits(policies[outputClass], limits)
  const kept = await guardEdit(
    tx,
    write,
    { id: before.id, channelId: before.channel_id, name: `the output ${before.name}` },
    {
      before: judgedLimits(before.policy, own),
      after: settings,
      violations: violationsOf(settings),
      kept: readOverrides(before.policy_overrides),
      named: namedLimits(patch.limits),
      isClassChange: outputClass !== before.class,
      override: patch.override,
    },
  )
  return { limits: writeLimits(limits), policy_overrides: writeOverrides(kept) }
}

/** The output's own columns to write and, in words, what they change. */
function changesOf(before: OutputRecord, patch: PatchOutputBody): { changes: Updateable<OutputTable>; said: string[] } {
  const changes: Updateable<OutputTable> = {}
  const said: string[] = []
  if (patch.name !== undefined && patch.name !== before.name) {
    changes.name = patch.name
    said.push(`name ${patch.name}`)
  }
  if (patch.class !== undefined && patch.class !== before.class) {
    changes.class = patch.class
    said.push(`class ${patch.class}`)
  }
  if (patch.priority !== undefined && patch.priority !== before.priority) {
    changes.priority = patch.priority
    said.push(`priority ${patch.priority}`)
  }
  if (patch.rung !== undefined && patch.rung !== before.rung) {
    changes.rung = patch.rung
    said.push(patch.rung === 'auto' || patch.rung === 'source' ? `rung ${patch.rung}` : 'rung')
  }
  if (patch.latency !== undefined && patch.latency !== before.latency) {
    changes.latency = patch.latency
    said.push(`${patch.latency} latency`)
  }
  if (patch.delayMs !== undefined && patch.delayMs !== before.delay_ms) {
    changes.delay_ms = patch.delayMs
    said.push(patch.delayMs === 0 ? 'no delay' : `delay ${patch.delayMs / 1000} s`)
  }
  if (patch.audioTrack !== undefined && patch.audioTrack !== before.audio_track) {
    changes.audio_track = patch.audioTrack
    said.push(patch.audioTrack === null ? 'audio as it comes' : `audio track ${patch.audioTrack}`)
  }
  if (patch.enhanced !== undefined && patch.enhanced !== before.enhanced) {
    changes.enhanced = patch.enhanced
    // What it sends is another stream: it begins anew.
    changes.generation = before.generation + 1
    said.push(`Enhanced Broadcasting ${patch.enhanced}`)
  }
  const desired = patch.enabled === undefined ? before.desired : patch.enabled ? 'running' : 'stopped'
  if (desired !== before.desired) {
    changes.desired = desired
    if (desired === 'running') changes.generation = before.generation + 1
    said.push(desired === 'running' ? 'started' : 'stopped')
  }
  return { changes, said }
}
