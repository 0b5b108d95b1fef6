import { RehearsalBody, type StartedRehearsal } from '@sluice/contract/api'
import { roleName } from '@sluice/contract/link'
import { newId } from '../../db/index.ts'
import { audit } from '../audit/index.ts'
import type { ServiceContext } from '../context.ts'
import { inTransaction, parseInput, requireScope } from '../gate.ts'
import { channelInWorkspace } from './records.ts'
import { notReady, requireActual, type SourceSight } from './source-sight.ts'

/** Cuts the primary's media from inside, on the running channel. The verdict comes as the event `rehearsal.finished`. */
export async function rehearseFailover(ctx: ServiceContext, sight: SourceSight, id: string, input: unknown): Promise<StartedRehearsal> {
  requireScope(ctx, 'channel:write')
  const { cutMs, limitMs } = parseInput(RehearsalBody, input ?? {})
  return inTransaction(ctx, async (tx) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, id)
    const { source } = requireActual(sight, id)
    if (source !== 'primary') throw notReady(`the primary is not on the air, the source is ${roleName(source)}`)
    if (channel.lock !== 'auto') throw notReady(`the source is locked to the ${roleName(channel.lock)} input`)
    const nowMs = ctx.platform.clock.wallMs()
    const rehearsalId = newId(nowMs)
    if (!sight.command(id, { do: 'rehearse', rehearsalId, cutMs, limitMs })) throw notReady('no engine carries the channel right now')
    const summary = `Rehearsed the failover of ${channel.name}: ${cutMs / 1000} s without its primary.`
    await audit(tx, ctx, { action: 'channel.rehearse', subjectId: id, summary, detail: { rehearsalId, cutMs, limitMs } })
    return { rehearsalId, cutMs, limitMs, endsAt: new Date(nowMs + cutMs).toISOString() }
  })
}
