import { conflictOf } from '../../db/index.ts'
import { inTransaction, ProblemError, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { clipRecord } from './records.ts'

/** Deletes a clip with its file. Refused while a channel shows it as slate or an input plays it. */
export async function deleteClip(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'channel:write')
  await inTransaction(ctx, async (tx, write) => {
    const { name, channels, inputs } = await clipRecord(tx, ctx.workspaceId, id)
    if (channels + inputs > 0) {
      const uses = [channels > 0 && counted(channels, 'channel'), inputs > 0 && counted(inputs, 'input')].filter((use) => use !== false)
      throw new ProblemError('CLIP_IN_USE', `The clip ${name} is used by ${uses.join(' and ')}.`)
    }
    // A use that is made at this moment is caught by the reference between the two.
    await tx
      .deleteFrom('clip')
      .where('id', '=', id)
      .execute()
      .catch((error: unknown) => {
        throw conflictOf(error) === 'reference' ? new ProblemError('CLIP_IN_USE', `The clip ${name} is in use.`) : error
      })
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'clip.delete', subjectId: id, summary: `Deleted the clip ${name}.` },
      event: { name: 'clip.deleted', channelId: null, subjectId: id, message: `${ctx.actor.name} deleted the clip ${name}.` },
      also: [{ type: 'clip-deleted', clipId: id }],
    })
  })
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
