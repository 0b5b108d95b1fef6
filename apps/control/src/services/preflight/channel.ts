import { isoTime } from '@sluice/base/clock'
import type { Preflight } from '@sluice/contract/api'
import {
  encodeCheck,
  engineCheck,
  leftOutCheck,
  outputsCheck,
  playbackCheck,
  policyCheck,
  type SourceLimits,
  sourceCheck,
  uplinkCheck,
  verdictChecks,
  worstOf,
} from '../../preflight/index.ts'
import { channelRecord, channelStanding } from '../channel/index.ts'
import { destinationRecord, openAddressSecrets, openKey, rotationDueMs } from '../destination/index.ts'
import { ProblemError, requireScope, type ServiceContext } from '../index.ts'
import { effectiveOf, type OutputRecord, outputRecords, outputStanding, readLimits } from '../output/index.ts'
import { planOf } from '../plan/index.ts'
import { uplinkKbps } from '../workspace/index.ts'
import { type Candidate, judgeCandidate } from './judge.ts'
import { connectedOf, type Sight, sourceOf } from './sight.ts'

/** Channels that are being looked at: a second run at the same time would only wait behind the first. */
// bound: one a preflight under way, taken away when it ends
const running = new Set<string>()

/** Looks at everything that can be known before going live: the source, each output that is to run, and the line they share. */
export async function preflightChannel(ctx: ServiceContext, sight: Sight, channelId: string): Promise<Preflight> {
  requireScope(ctx, 'output:write')
  const { db, clock } = ctx.platform
  const channel = await channelRecord(db, ctx.workspaceId, channelId)
  if (running.has(channelId)) throw new ProblemError('PREFLIGHT_BUSY', 'A preflight of this channel is already running.', [], 5)
  running.add(channelId)
  try {
    const startMs = clock.nowMs()
    const wanted = (await outputRecords(db, channelId)).filter((output) => output.desired === 'running')
    const source = sourceOf(sight.live, channelId)
    const plan = await planOf(ctx, sight.live, channelId)
    const candidates = await Promise.all(wanted.map((output) => candidateOf(ctx, sight, output)))
    const outputs = await Promise.all(candidates.map((candidate) => judgeCandidate(ctx, sight, candidate, channelId, source, plan)))
    const uplink = uplinkCheck(source, wanted.length, await uplinkKbps(db, ctx.workspaceId))
    const engine = engineCheck(sight.live.channel(channelId) !== null, sight.live.staleSince(channelId))
    const checks = [
      engine,
      outputsCheck(wanted.length),
      ...policyCheck(channelStanding(channel)),
      ...encodeCheck(plan),
      sourceCheck(source, connectedOf(sight.live, channelId)),
      ...leftOutCheck(source),
      ...verdictChecks(source),
      ...playbackCheck(sight.live.channel(channelId)),
      uplink,
    ]
    return {
      channelId,
      at: isoTime(clock.wallMs()),
      tookMs: Math.round(clock.nowMs() - startMs),
      verdict: worstOf([...checks, ...outputs].map((one) => one.verdict)),
      checks,
      outputs,
      plan,
    }
  } finally {
    running.delete(channelId)
  }
}

async function candidateOf(ctx: ServiceContext, sight: Sight, output: OutputRecord): Promise<Candidate> {
  const row = await destinationRecord(ctx.platform.db, ctx.workspaceId, output.destination_id)
  return {
    outputId: output.id,
    name: output.name,
    platform: row.platform,
    url: row.url,
    streamKey: openKey(ctx, row),
    secrets: openAddressSecrets(ctx, row),
    limits: limitsOf(output),
    standing: outputStanding(output),
    tlsVerify: row.tls_verify,
    changedAtMs: row.updated_at_ms,
    rotationDueMs: rotationDueMs(row),
    actual: sight.live.output(output.id),
  }
}

const limitsOf = (output: OutputRecord): SourceLimits => ({
  class: output.policy.class,
  gopMs: output.policy.gopMs,
  maxVideoKbps: effectiveOf(output).maxVideoKbps,
  isOwn: readLimits(output.limits).maxVideoKbps !== undefined,
})
