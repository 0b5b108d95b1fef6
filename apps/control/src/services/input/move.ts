import { type InputRole, roleName } from '@sluice/base/words'
import { MoveInputBody } from '@sluice/contract/api'
import type { InputRow } from '../channel/index.ts'
import { holdChannel, inTransaction, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { inputInWorkspace, moveLocks } from './records.ts'

/** Lets an input change places with the one that has the wanted role, live: keys, sessions and locks go with their inputs. */
export async function moveInput(ctx: ServiceContext, id: string, input: unknown): Promise<InputRow> {
  requireScope(ctx, 'channel:write')
  const { role } = parseInput(MoveInputBody, input)
  return inTransaction(ctx, async (tx, write) => {
    const found = await inputInWorkspace(tx, ctx.workspaceId, id)
    const { channel_id, channel_name } = found
    if (found.role === role) return found
    // It holds the channel's row: whoever changes its roles waits here, and what is read after it stands.
    await holdChannel(tx, channel_id)
    const inputs = await tx.selectFrom('input').selectAll().where('channel_id', '=', channel_id).execute()
    const before = inputs.find((one) => one.id === id)!
    if (before.role === role) return before
    const holder = inputs.find((one) => one.role === role)
    const [from, to] = [roleName(before.role), roleName(role)]
    if (holder === undefined) throw new ProblemError('INPUT_ROLE_UNUSED', `${channel_name} has no ${to} input to swap with.`)
    const setRole = (inputId: string, value: InputRole | 'moving') =>
      tx.updateTable('input').set({ role: value }).where('id', '=', inputId).execute()
    await setRole(id, 'moving')
    await setRole(holder.id, before.role)
    await setRole(id, role)
    await moveLocks(
      tx,
      channel_id,
      new Map([
        [before.role, role],
        [role, before.role],
      ]),
    )
    const detail = { before: before.role, after: role, other: holder.id }
    const summary = `Swapped the ${from} and ${to} inputs of ${channel_name}.`
    const message = `${ctx.actor.name} swapped the ${from} and ${to} inputs.`
    await recordChange(tx, write, {
      channels: [channel_id],
      audit: { action: 'input.move', subjectId: id, summary, detail },
      event: { name: 'input.moved', channelId: channel_id, subjectId: id, message, data: detail },
    })
    return { ...before, role }
  })
}
