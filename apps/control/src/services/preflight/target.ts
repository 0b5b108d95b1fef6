import { type PreflightOutput, PreflightTargetBody } from '@sluice/contract/api'
import { OutputClass } from '@sluice/contract/policy'
import { checkTarget } from '../../destinations/index.ts'
import { channelInWorkspace } from '../channel/index.ts'
import type { ServiceContext } from '../context.ts'
import { type DestinationRow, destinationRecord, openKey, openPassphrase, rotationDueMs } from '../destination/index.ts'
import { parseInput, requireScope } from '../gate.ts'
import { type Candidate, judgeCandidate } from './judge.ts'
import { type Sight, sourceOf } from './sight.ts'

/** Tries a destination before it is kept, or a kept one. Nothing is written. */
export async function preflightTarget(ctx: ServiceContext, sight: Sight, input: unknown): Promise<PreflightOutput> {
  requireScope(ctx, 'output:write')
  const body = parseInput(PreflightTargetBody, input)
  if (body.channelId !== undefined) await channelInWorkspace(ctx.platform.db, ctx.workspaceId, body.channelId)
  const source = body.channelId === undefined ? null : sourceOf(sight.live, body.channelId)
  const candidate =
    body.destinationId === undefined
      ? typedIn(ctx, { ...body, url: body.url ?? '' })
      : ofDestination(ctx, await destinationRecord(ctx.platform.db, ctx.workspaceId, body.destinationId), body.class)
  return judgeCandidate(ctx, sight, candidate, body.channelId ?? null, source)
}

/** The same of what was typed in, for a caller that was checked elsewhere. `source` null: judged without one. */
export const judgeTarget = (
  ctx: ServiceContext,
  sight: Sight,
  typed: TypedIn,
  channelId: string,
  source: ReturnType<typeof sourceOf>,
): Promise<PreflightOutput> => judgeCandidate(ctx, sight, typedIn(ctx, typed), channelId, source)

type TypedIn = { url: string; streamKey: string; platform: string; class?: OutputClass | undefined; tlsVerify: boolean }

/** Keys and passphrases that were pasted with the address leave it first, as they do when it is kept. */
function typedIn(ctx: ServiceContext, body: TypedIn): Candidate {
  const entry = ctx.platform.catalogue.get(body.platform)
  const target = checkTarget(body, ctx.platform.allowPrivateTargets)
  const parts = 'code' in target ? { url: body.url, streamKey: body.streamKey, passphrase: null } : target
  return {
    outputId: null,
    name: entry?.name ?? 'New destination',
    platform: body.platform,
    url: parts.url,
    streamKey: parts.streamKey,
    passphrase: parts.passphrase ?? '',
    class: body.class ?? entry?.suggestedClass ?? 'C',
    tlsVerify: body.tlsVerify,
    changedAtMs: null,
    actual: null,
  }
}

function ofDestination(ctx: ServiceContext, row: DestinationRow, outputClass: OutputClass | undefined): Candidate {
  return {
    outputId: null,
    name: row.name,
    platform: row.platform,
    url: row.url,
    streamKey: openKey(ctx, row),
    passphrase: openPassphrase(ctx, row),
    class: outputClass ?? OutputClass.parse(row.class),
    tlsVerify: row.tls_verify === 1,
    changedAtMs: row.updated_at_ms,
    rotationDueMs: rotationDueMs(row),
    actual: null,
  }
}
