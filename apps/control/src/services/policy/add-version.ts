import { isDeepStrictEqual } from 'node:util'
import { isoTime } from '@sluice/base/clock'
import type { PolicyVersion } from '@sluice/contract/api'
import { type ClassPolicy, classWithoutOutputs, type OutputClass } from '@sluice/contract/policy'
import type { Tx } from '../../db/index.ts'
import { ProblemError, recordChange, type WriteContext } from '../index.ts'
import { changedFields } from './changed-fields.ts'
import { currentVersions } from './records.ts'

type NewVersion = { outputClass: OutputClass; version: number; reason: string; isShipped: boolean }

/** Adds a version on top of `version`, which must still be the newest, and has every channel follow that the class says something of. */
export async function addVersion(
  tx: Tx,
  write: WriteContext,
  { outputClass, version, reason, isShipped }: NewVersion,
  edit: (before: ClassPolicy) => ClassPolicy,
): Promise<PolicyVersion> {
  const before = (await currentVersions(tx, write.workspaceId))[outputClass]
  if (before.version !== version) throw stale(outputClass, version, before.version)
  const policy = edit(before.policy)
  if (isShipped ? before.isShipped : isDeepStrictEqual(policy, before.policy)) return before
  const { actor, workspaceId } = write
  const atMs = write.platform.clock.wallMs()
  const row = { is_shipped: isShipped, policy: JSON.stringify(policy), at_ms: atMs, reason } as const
  const written = await tx
    .insertInto('class_policy')
    .values({
      workspace_id: workspaceId,
      class: outputClass,
      version: version + 1,
      ...row,
      actor_kind: actor.kind,
      actor_id: actor.id,
      actor: actor.name,
    })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'class', 'version']).doNothing())
    .returning('version')
    .execute()
  // Somebody else's edit from the same version stood first.
  if (written.length === 0) throw stale(outputClass, version, version + 1)
  const changed = changedFields(before.policy, policy)
  const what = isShipped ? 'restored the default policy' : changed.join(', ')
  const summary = `Class ${outputClass}, version ${version + 1}: ${what}. Reason: ${reason}`
  const channelIds = await channelsUnder(tx, workspaceId, outputClass)
  const message = `${actor.name} changed class ${outputClass}: ${what}. Reason: ${reason}`
  const data = { class: outputClass, version: version + 1, changed, reason }
  // On the timeline of every channel that follows; an edit that none follows is told all the same.
  const timelines = channelIds.length === 0 ? [null] : channelIds
  const about = { name: 'policy.changed', severity: 'warning', subjectId: outputClass, message, data } as const
  await recordChange(tx, write, {
    channels: channelIds,
    audit: { action: isShipped ? 'policy.reset' : 'policy.update', subjectId: outputClass, summary, detail: { changed, reason } },
    event: timelines.map((channelId) => ({ ...about, channelId })),
  })
  return { version: version + 1, isShipped, policy, at: isoTime(atMs), by: actor.name, reason }
}

const stale = (outputClass: OutputClass, found: number, newest: number): ProblemError =>
  new ProblemError(
    'POLICY_STALE',
    `The edit is based on version ${found} of class ${outputClass}; the newest is ${newest}. Load it again and repeat the edit.`,
  )

/** Channels with an output of the class; for one class those without outputs too. */
async function channelsUnder(tx: Tx, workspaceId: string, outputClass: OutputClass): Promise<string[]> {
  const rows = await tx
    .selectFrom('channel')
    .leftJoin('output', 'output.channel_id', 'channel.id')
    .select(['channel.id', 'output.class'])
    .where('channel.workspace_id', '=', workspaceId)
    .execute()
  return [...new Set(rows.filter((row) => (row.class ?? classWithoutOutputs) === outputClass).map((row) => row.id))]
}
