import { type PreflightOutput, PreflightTargetBody } from '@sluice/contract/api'
import type { ClassPolicies, OutputClass } from '@sluice/contract/policy'
import { checkTarget } from '../../destinations/index.ts'
import { channelInWorkspace } from '../channel/index.ts'
import { type DestinationRow, destinationRecord, openAddressSecrets, openKey, rotationDueMs } from '../destination/index.ts'
import { parseInput, requireScope, type ServiceContext } from '../index.ts'
import { policiesOf } from '../policy/index.ts'
import { type Candidate, judgeCandidate } from './judge.ts'
import { type Sight, sourceOf } from './sight.ts'

/** Tries a destination before it is kept, or a kept one. Nothing is written. */
export async function preflightTarget(ctx: ServiceContext, sight: Sight, input: unknown): Promise<PreflightOutput> {
  requireScope(ctx, 'output:write')
  const body = parseInput(PreflightTargetBody, input)
  if (body.channelId !== undefined) await channelInWorkspace(ctx.platform.db, ctx.workspaceId, body.channelId)
  const source = body.channelId === undefined ? null : sourceOf(sight.live, body.channelId)
  const policies = (await policiesOf(ctx.platform.db, [ctx.workspaceId])).get(ctx.workspaceId)!
  const candidate =
    body.destinationId === undefined
      ? typedIn(ctx, policies, { ...body, url: body.url ?? '' })
      : ofDestination(ctx, policies, await destinationRecord(ctx.platform.db, ctx.workspaceId, body.destinationId), body.class)
  return judgeCandidate(ctx, sight, candidate, body.channelId ?? null, source)
}

/** The same of what was typed in, for a caller that was checked elsewhere. `source` null: judged without one. */
export async function judgeTarget(
  ctx: ServiceContext,
  sight: Sight,
  typed: TypedIn,
  channelId: string,
  source: ReturnType<typeof sourceOf>,
): Promise<PreflightOutput> {
  const policies = (await policiesOf(ctx.platform.db, [ctx.workspaceId])).get(ctx.workspaceId)!
  return judgeCandidate(ctx, sight, typedIn(ctx, policies, typed), channelId, source)
}

type TypedIn = { url: string; streamKey: string; platform: string; class?: OutputClass | undefined; tlsVerify: boolean }

/** Keys and passphrases that were pasted with the address leave it first, as they do when it is kept. */
function typedIn(ctx: ServiceContext, policies: ClassPolicies, body: TypedIn): Candidate {
  const entry = ctx.platform.catalogue.get(body.platform)
  const target = checkTarget(body, ctx.platform.allowPrivateTargets)
  const parts = 'code' in target ? { url: body.url, streamKey: body.streamKey, passphrase: null, query: null } : target
  return {
    outputId: null,
    name: entry?.name ?? 'New destination',
    platform: body.platform,
    url: parts.url,
    streamKey: parts.streamKey,
    secrets: { passphrase: parts.passphrase ?? '', query: parts.query ?? '' },
    ...ofClass(policies, body.class ?? entry?.suggestedClass ?? 'C'),
    tlsVerify: body.tlsVerify,
    changedAtMs: null,
    actual: null,
  }
}

function ofDestination(ctx: ServiceContext, policies: ClassPolicies, row: DestinationRow, outputClass: OutputClass | undefined): Candidate {
  return {
    outputId: null,
    name: row.name,
    platform: row.platform,
    url: row.url,
    streamKey: openKey(ctx, row),
    secrets: openAddressSecrets(ctx, row),
    ...ofClass(policies, outputClass ?? row.class),
    tlsVerify: row.tls_verify,
    changedAtMs: row.updated_at_ms,
    rotationDueMs: rotationDueMs(row),
    actual: null,
  }
}

/** What is no output yet has no limits of its own. */
function ofClass(policies: ClassPolicies, outputClass: OutputClass): Pick<Candidate, 'limits' | 'standing'> {
  const { gopMs, maxVideoKbps } = policies[outputClass]
  return { limits: { class: outputClass, gopMs, maxVideoKbps, isOwn: false }, standing: { overrides: [], violations: [] } }
}
