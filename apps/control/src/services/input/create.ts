import { inputRoles, roleName } from '@sluice/base/words'
import { CreateInputBody } from '@sluice/contract/api'
import { channelRecord, type InputRow, newInput } from '../channel/index.ts'
import { holdChannel, inTransaction, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'

/** Adds an input in the first place that is free, with a key of its own. Nothing on the air changes. */
export async function createInput(ctx: ServiceContext, channelId: string, input: unknown): Promise<InputRow> {
  requireScope(ctx, 'channel:write')
  parseInput(CreateInputBody, input ?? {})
  return inTransaction(ctx, async (tx, write) => {
    // First: it holds the channel's row, so that two at once do not want the same place.
    await holdChannel(tx, channelId)
    const { channel, inputs } = await channelRecord(tx, ctx.workspaceId, channelId)
    const role = inputRoles.find((one) => inputs.every((other) => other.role !== one))
    if (role === undefined) throw new ProblemError('INPUT_LIMIT', `${channel.name} has ${inputs.length} inputs, which is the maximum.`)
    const made = newInput(ctx.platform, channelId, role)
    await tx.insertInto('input').values(made).execute()
    const name = roleName(role)
    const summary = `Added the ${name} input to ${channel.name}.`
    const message = `${ctx.actor.name} added the ${name} input.`
    await recordChange(tx, write, {
      channels: [channelId],
      audit: { action: 'input.create', subjectId: made.id, summary, detail: { role } },
      event: { name: 'input.created', channelId, subjectId: made.id, message, data: { role } },
    })
    return made
  })
}
