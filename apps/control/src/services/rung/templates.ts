import { CreateRungTemplateBody, type RungTemplate } from '@sluice/contract/api'
import type { Selectable } from 'kysely'
import { newId, type RungTemplateTable } from '../../db/index.ts'
import { inTransaction, notFound, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { ladderIds, readWish, shippedTemplates, writeWish } from '../plan/index.ts'
import { nameTaken } from './create.ts'

const maxTemplates = 50

const toTemplate = ({ id, name, note, video, audio }: Selectable<RungTemplateTable>): RungTemplate => ({
  ...{ id, name, note, isShipped: false },
  ...readWish({ video, audio }),
})

/** Those that Sluice ships, then the workspace's own by age. */
export async function listRungTemplates(ctx: ServiceContext): Promise<RungTemplate[]> {
  requireScope(ctx, 'output:read')
  const rows = await ctx.platform.db
    .selectFrom('rung_template')
    .selectAll()
    .where('workspace_id', '=', ctx.workspaceId)
    .orderBy('id')
    .execute()
  return [...shippedTemplates, ...rows.map(toTemplate)]
}

/** Keeps a form of the workspace's own. Rungs that were made of one stay as they are. */
export async function createRungTemplate(ctx: ServiceContext, input: unknown): Promise<RungTemplate> {
  requireScope(ctx, 'output:write')
  const { name, note, ...wish } = parseInput(CreateRungTemplateBody, input)
  const nowMs = ctx.platform.clock.wallMs()
  const row = { id: newId(nowMs), workspace_id: ctx.workspaceId, name, note, ...writeWish(wish), created_at_ms: nowMs }
  return inTransaction(ctx, async (tx, write) => {
    const own = await tx.selectFrom('rung_template').select('id').where('workspace_id', '=', ctx.workspaceId).execute()
    if (own.length >= maxTemplates) throw new ProblemError('RUNG_LIMIT', `The workspace has ${maxTemplates} templates.`)
    await tx.insertInto('rung_template').values(row).execute().catch(nameTaken(name))
    const summary = `Added the template ${name} for rungs.`
    await recordChange(tx, write, { channels: [], audit: { action: 'rung_template.create', subjectId: row.id, summary }, event: null })
    return toTemplate(row)
  })
}

/** Deletes a form of the workspace's own. Refused while the ladder of a player names it. */
export async function deleteRungTemplate(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'output:write')
  await inTransaction(ctx, async (tx, write) => {
    const own = { id, workspace_id: ctx.workspaceId }
    const channels = await tx.selectFrom('channel').select(['name', 'ladder']).where('workspace_id', '=', ctx.workspaceId).execute()
    const users = channels.filter(({ ladder }) => ladderIds(ladder).includes(id)).map(({ name }) => name)
    if (users.length > 0) throw new ProblemError('RUNG_IN_USE', `The player of ${users.join(', ')} has this template in its ladder.`)
    const row = await tx
      .deleteFrom('rung_template')
      .where((eb) => eb.and(own))
      .returning('name')
      .executeTakeFirst()
    if (row === undefined) throw notFound('template', id)
    const summary = `Deleted the template ${row.name} for rungs.`
    await recordChange(tx, write, { channels: [], audit: { action: 'rung_template.delete', subjectId: id, summary }, event: null })
  })
}
