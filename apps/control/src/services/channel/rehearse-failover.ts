import { isoTime } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import { roleName } from '@sluice/base/words'
import { RehearsalBody, type StartedRehearsal } from '@sluice/contract/api'
import type { ChannelActual, SourceCommand } from '@sluice/contract/link'
import { newId } from '../../db/index.ts'
import { audit, inTransaction, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { type ChannelRow, channelInWorkspace } from './records.ts'
import { notReady, requireActual, type SourceSight } from './source-sight.ts'

/** Makes the clip that a shadow's inputs play, where it is not there yet. Rejects when it can't be made here. */
export type TestCard = () => Promise<string>

/** A shadow starts its sources and lets them get warm before it cuts. */
const shadowStartMs = 4000

/**
 * Cuts the primary's media from inside: on the running channel, or on a shadow of it that needs no encoder. The verdict comes as the event
 * `rehearsal.finished`.
 */
export async function rehearseFailover(
  ctx: ServiceContext,
  sight: SourceSight,
  testCard: TestCard,
  id: string,
  input: unknown,
): Promise<StartedRehearsal> {
  requireScope(ctx, 'channel:write')
  const { on, cutMs, limitMs } = parseInput(RehearsalBody, input ?? {})
  const clipFile = on === 'shadow' ? await testCardOf(testCard) : null
  return inTransaction(ctx, async (tx) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, id)
    const actual = requireActual(sight, id)
    if (clipFile === null) requirePrimary(channel, actual)
    const nowMs = ctx.platform.clock.wallMs()
    const times = { rehearsalId: newId(nowMs), cutMs, limitMs }
    const command: SourceCommand = clipFile === null ? { do: 'rehearse', ...times } : { do: 'rehearse-shadow', ...times, clipFile }
    if (!sight.command(id, command)) throw notReady('no engine carries the channel at the moment')
    const where = clipFile === null ? '' : ' on a shadow'
    const summary = `Rehearsed the failover of ${channel.name}${where}: ${cutMs / 1000} s without its primary.`
    await audit(tx, ctx, { action: 'channel.rehearse', subjectId: id, summary, detail: { on, ...times } })
    const startMs = clipFile === null ? 0 : shadowStartMs
    return { ...times, endsAt: isoTime(nowMs + startMs + cutMs) }
  })
}

function requirePrimary(channel: ChannelRow, { source }: ChannelActual): void {
  if (source !== 'primary')
    throw notReady(`the primary is not on air, the source is ${roleName(source)}; a rehearsal on a shadow needs no primary`)
  if (channel.lock !== 'auto') throw notReady(`the source is locked to the ${roleName(channel.lock)} input`)
}

const testCardOf = (testCard: TestCard): Promise<string> =>
  testCard().catch((error: unknown) => {
    throw notReady(`the generated source cannot be created: ${messageOf(error)}`)
  })
