import { inputRoles, roleName } from '@sluice/base/words'
import { CreateInputBody } from '@sluice/contract/api'
import { channelRecord, type InputRow, newInput } from '../channel/index.ts'
import { audit, inTransaction, ProblemError, parseInput, requireScope, type ServiceContext, touchChannels } from '../index.ts'

/** Adds an input in the first place that is free, with a key of its own. Nothing on the air changes. */
export async function createInput(ctx: ServiceContext, channelId: string, input: unknown): Promise<InputRow> {
  requireScope(ctx, 'channel:write')
  parseInput(CreateInputBody, input ?? {})
  return inTransaction(ctx, async (tx, after) => {
    // First: it holds the channel's row, so that two at once do not want the same place.
    await touchChannels(tx, ctx, [channelId])
    const { channel, inputs } = await channelRecord(tx, ctx.workspaceId, channelId)
    const role = inputRoles.find((one) => inputs.every((other) => other.role !== one))
    if (role === undefined) throw new ProblemError('INPUT_LIMIT', `${channel.name} has ${inputs.length} inputs, and no channel has more.`)
    const made = newInput(ctx.platform, channelId, role)
    await tx.insertInto('input').values(made).execute()
    const name = roleName(role)
    const summary = `Added the ${name} input to ${channel.name}.`
    await audit(tx, ctx, { action: 'input.create', subjectId: made.id, summary, detail: { role } })
    after.channelChanged(channelId)
    after.event({
      name: 'input.created',
      channelId,
      subjectId: made.id,
      message: `${ctx.actor.name} added the ${name} input.`,
      data: { role },
    })
    return made
  })
}
