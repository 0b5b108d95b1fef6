import { PatchRungBody } from '@sluice/contract/api'
import { channelInWorkspace } from '../channel/index.ts'
import { inTransaction, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { setRungPictures } from '../picture/index.ts'
import { ladderIds, readWish, requireDelay, requireFit, writeWish } from '../plan/index.ts'
import { nameTaken } from './create.ts'
import { type RungRecord, rungRecord } from './records.ts'

/** Changes a rung. Outputs on it keep their sessions; the new encoder takes over at a key frame. */
export async function updateRung(ctx: ServiceContext, id: string, input: unknown): Promise<RungRecord> {
  requireScope(ctx, 'output:write')
  const patch = parseInput(PatchRungBody, input)
  return inTransaction(ctx, async (tx, write) => {
    const before = await rungRecord(tx, ctx.workspaceId, id)
    const was = readWish(before)
    const wish = { video: patch.video === undefined ? was.video : patch.video, audio: patch.audio === undefined ? was.audio : patch.audio }
    if (wish.video === null && wish.audio === null) {
      throw new ProblemError('REQUEST_INVALID', 'A rung encodes the picture, the sound or both.', [
        { path: 'video', message: '`video` and `audio` cannot both be null' },
      ])
    }
    const { ladder } = await channelInWorkspace(tx, ctx.workspaceId, before.channel_id)
    if (wish.video === null && ladderIds(ladder).includes(id))
      throw new ProblemError('RUNG_IN_USE', `The player's ladder has the rung ${before.name}, and needs its picture.`)
    const name = patch.name ?? before.name
    const columns = writeWish(wish)
    const said = [
      ...(name === before.name ? [] : [`name ${name}`]),
      ...(columns.video === before.video ? [] : ['picture']),
      ...(columns.audio === before.audio ? [] : ['sound']),
    ]
    if (said.length === 0) return before
    await tx
      .updateTable('rung')
      .set({ name, ...columns, updated_at_ms: ctx.platform.clock.wallMs() })
      .where('id', '=', id)
      .execute()
      .catch(nameTaken(name))
    await setRungPictures(tx, ctx.workspaceId, id, wish)
    await requireFit(tx, ctx, before.channel_id)
    await requireDelay(tx, ctx, before.channel_id, { rungId: id })
    const what = `the rung ${before.name}: ${said.join(', ')}`
    await recordChange(tx, write, {
      channels: [before.channel_id],
      audit: { action: 'rung.update', subjectId: id, summary: `Changed ${what}.`, detail: { changed: said } },
      event: { name: 'channel.updated', channelId: before.channel_id, subjectId: id, message: `${ctx.actor.name} changed ${what}.` },
    })
    return rungRecord(tx, ctx.workspaceId, id)
  })
}
