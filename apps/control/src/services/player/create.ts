import { CreatePlayerBody, playerLimits } from '@sluice/contract/api'
import { conflictOf, newId } from '../../db/index.ts'
import { channelInWorkspace, newPlayName } from '../channel/index.ts'
import { holdChannel, inTransaction, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { type PlayerRecord, plainLook, playerRecord, usualStart } from './records.ts'

/** Creates a player of a channel under a random address of its own. */
export async function createPlayer(ctx: ServiceContext, channelId: string, input: unknown): Promise<PlayerRecord> {
  requireScope(ctx, 'channel:write')
  const { name, sites, look, start } = parseInput(CreatePlayerBody, input)
  const nowMs = ctx.platform.clock.wallMs()
  const id = newId(nowMs)
  return inTransaction(ctx, async (tx, write) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    await holdChannel(tx, channelId)
    const { count } = await tx
      .selectFrom('player')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('channel_id', '=', channelId)
      .executeTakeFirstOrThrow()
    if (Number(count) >= playerLimits.players)
      throw new ProblemError('PLAYER_LIMIT', `${channel.name} has ${playerLimits.players} players.`)
    await tx
      .insertInto('player')
      .values({
        ...{ id, name, workspace_id: ctx.workspaceId, channel_id: channelId, play_id: newPlayName() },
        sites: JSON.stringify([...new Set(sites)]),
        look: JSON.stringify({ ...plainLook, ...look }),
        start: JSON.stringify({ ...usualStart, ...start }),
        ...{ created_at_ms: nowMs, updated_at_ms: nowMs },
      })
      .execute()
      .catch(nameTaken(name))
    await recordChange(tx, write, {
      channels: [],
      reread: [channelId],
      audit: { action: 'player.create', subjectId: id, summary: `Created the player ${name} on ${channel.name}.` },
      event: { name: 'channel.updated', channelId, subjectId: id, message: `${ctx.actor.name} created the player ${name}.` },
    })
    return playerRecord(tx, ctx.workspaceId, id)
  })
}

/** A second player of a name is a problem of the caller's. */
export const nameTaken =
  (name: string) =>
  (error: unknown): never => {
    throw conflictOf(error) === 'unique' ? new ProblemError('PLAYER_NAME_TAKEN', `There is a player named ${name} already.`) : error
  }
