import type { EventPagePatch } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { recordChange, type WriteContext } from '../index.ts'
import type { ChannelRow } from './records.ts'
import { readPage, writePage } from './stored-page.ts'

/** Sets what the player page says; null takes a text back. Engines have nothing to do with it. */
export async function setPage(tx: Tx, write: WriteContext, channel: ChannelRow, patch: EventPagePatch): Promise<void> {
  const { id, name } = channel
  const page = writePage({ ...readPage(channel.page), ...patch })
  if (page === channel.page) return
  await tx.updateTable('channel').set({ page }).where('id', '=', id).execute()
  await recordChange(tx, write, {
    channels: [],
    reread: [id],
    audit: {
      action: 'channel.page',
      subjectId: id,
      summary: `Changed the player page of ${name}.`,
      detail: { fields: Object.keys(patch) },
    },
    event: { name: 'channel.updated', channelId: id, subjectId: id, message: `${write.actor.name} changed the player page.` },
  })
}
