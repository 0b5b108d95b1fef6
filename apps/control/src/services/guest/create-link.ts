import { isoTime } from '@sluice/base/clock'
import { CreateGuestLinkBody, type GuestLink } from '@sluice/contract/api'
import { newId } from '../../db/index.ts'
import { channelInWorkspace } from '../channel/index.ts'
import { inTransaction, ProblemError, parseInput, planJob, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { guestLinkRecord, toGuestLink } from './records.ts'
import { hashGuestToken, newGuestToken } from './token.ts'

const maxDays = 366
const dayMs = 24 * 60 * 60 * 1000

/** Makes a link for somebody without an account. The token is in this one answer and nowhere else. [OUT-12] */
export async function createGuestLink(ctx: ServiceContext, channelId: string, input: unknown): Promise<GuestLink & { token: string }> {
  requireScope(ctx, 'output:write')
  requireScope(ctx, 'destination:write')
  const body = parseInput(CreateGuestLinkBody, input)
  const nowMs = ctx.platform.clock.wallMs()
  const expiresAtMs = Date.parse(body.expiresAt)
  if (expiresAtMs <= nowMs || expiresAtMs > nowMs + maxDays * dayMs) {
    const message = `expiresAt is not within the next ${maxDays} days`
    throw new ProblemError('REQUEST_INVALID', message, [{ path: 'expiresAt', message }])
  }
  const token = newGuestToken()
  const id = newId(nowMs)
  return inTransaction(ctx, async (tx, write) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    await tx
      .insertInto('guest_link')
      .values({
        id,
        workspace_id: ctx.workspaceId,
        channel_id: channelId,
        name: body.name,
        token_hash: hashGuestToken(token),
        class: body.class,
        max_outputs: body.maxOutputs,
        created_by: ctx.actor.name,
        created_at_ms: nowMs,
        expires_at_ms: expiresAtMs,
        ended: null,
        ended_at_ms: null,
        last_used_at_ms: null,
      })
      .execute()
    const until = isoTime(expiresAtMs)
    const summary = `Created a guest link for ${body.name} on ${channel.name}, until ${until}.`
    const message = `${ctx.actor.name} invited the guest ${body.name} until ${until}.`
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'guest.invite', subjectId: id, summary, detail: { class: body.class, maxOutputs: body.maxOutputs } },
      event: { name: 'guest.invited', channelId, subjectId: id, message },
    })
    await planJob(tx, write, { kind: 'guest.expire', subjectId: id, dueAtMs: expiresAtMs })
    return { ...toGuestLink(await guestLinkRecord(tx, ctx.workspaceId, id), nowMs), token }
  })
}
