import { CreateRungBody, type RungWish } from '@sluice/contract/api'
import { conflictOf, newId, type Tx } from '../../db/index.ts'
import { channelInWorkspace } from '../channel/index.ts'
import { inTransaction, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { setRungPictures } from '../picture/index.ts'
import { writeWish } from '../plan/index.ts'
import { type RungRecord, rungRecord } from './records.ts'

/** As many as an engine is sent of one channel. */
const maxRungs = 32

/** Makes an encoding that outputs may name. It costs nothing until a running output does. */
export async function createRung(ctx: ServiceContext, channelId: string, input: unknown): Promise<RungRecord> {
  requireScope(ctx, 'output:write')
  const { name, ...wish } = parseInput(CreateRungBody, input)
  const id = newId(ctx.platform.clock.wallMs())
  return inTransaction(ctx, async (tx, write) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    const { count } = await tx
      .selectFrom('rung')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('channel_id', '=', channelId)
      .executeTakeFirstOrThrow()
    if (Number(count) >= maxRungs) throw new ProblemError('RUNG_LIMIT', `${channel.name} has ${maxRungs} rungs.`)
    await insertRung(tx, ctx, { id, channelId, name, wish })
    const what = `the rung ${name}`
    await recordChange(tx, write, {
      channels: [channelId],
      audit: { action: 'rung.create', subjectId: id, summary: `Added ${what} on ${channel.name}.` },
      event: { name: 'channel.updated', channelId, subjectId: id, message: `${ctx.actor.name} added ${what}.` },
    })
    return rungRecord(tx, ctx.workspaceId, id)
  })
}

type NewRung = { id: string; channelId: string; name: string; wish: RungWish }

async function insertRung(tx: Tx, ctx: ServiceContext, { id, channelId, name, wish }: NewRung): Promise<void> {
  const nowMs = ctx.platform.clock.wallMs()
  await tx
    .insertInto('rung')
    .values({
      ...{ id, name, workspace_id: ctx.workspaceId, channel_id: channelId, created_at_ms: nowMs, updated_at_ms: nowMs },
      ...writeWish(wish),
    })
    .execute()
    .catch(nameTaken(name))
  await setRungPictures(tx, ctx.workspaceId, id, wish)
}

/** A second rung of a name is a problem of the caller's. */
export const nameTaken =
  (name: string) =>
  (error: unknown): never => {
    throw conflictOf(error) === 'unique' ? new ProblemError('RUNG_NAME_TAKEN', `There is a rung named ${name} already.`) : error
  }
