import { isoTime } from '@sluice/base/clock'
import { ComplaintBody, type PlaybackMark } from '@sluice/contract/api'
import { channelInWorkspace } from '../channel/index.ts'
import { inTransaction, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'

/** A clock beside this one may run ahead by so much. */
const aheadMs = 60_000

/** Notes what a viewer complained of, at the time when it happened: it stands in the timeline beside what Sluice saw then. [EMB-06] */
export async function noteComplaint(ctx: ServiceContext, channelId: string, input: unknown): Promise<PlaybackMark> {
  requireScope(ctx, 'channel:write')
  const body = parseInput(ComplaintBody, input)
  const nowMs = ctx.platform.clock.wallMs()
  const at = isoTime(body.at === undefined ? nowMs : Date.parse(body.at))
  if (Date.parse(at) > nowMs + aheadMs)
    throw new ProblemError('REQUEST_INVALID', 'at: lies in the future', [{ path: 'at', message: 'lies in the future' }])
  return inTransaction(ctx, async (tx, write) => {
    const { name } = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'complaint.note', subjectId: channelId, summary: `Noted a complaint on ${name}.`, detail: { at } },
      event: {
        name: 'complaint.noted',
        channelId,
        subjectId: channelId,
        message: `A viewer complained about ${at.slice(11, 19)} UTC: ${body.text}`,
        data: { at, text: body.text, by: ctx.actor.name },
      },
    })
    return { at, kind: 'complaint', text: body.text }
  })
}
