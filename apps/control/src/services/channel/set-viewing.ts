import { noViewing, Viewing, type ViewingPatch } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { recordChange, type WriteContext } from '../index.ts'
import type { ChannelRow } from './records.ts'

export const viewingOf = (column: string | null): Viewing => (column === null ? noViewing : Viewing.parse(JSON.parse(column)))

/** Sets how a channel is played. Another latency begins new playlists: players that are open start again. */
export async function setViewing(tx: Tx, write: WriteContext, channel: ChannelRow, patch: ViewingPatch): Promise<void> {
  const { id, name } = channel
  const { latency, sounds } = viewingOf(channel.viewing)
  const after = { latency: patch.latency ?? latency, sounds: (patch.sounds ?? sounds).toSorted((a, b) => a.track - b.track) }
  const viewing = after.latency === noViewing.latency && after.sounds.length === 0 ? null : JSON.stringify(after)
  if (viewing === channel.viewing) return
  await tx.updateTable('channel').set({ viewing }).where('id', '=', id).execute()
  const message = `${write.actor.name} changed how the channel is played.`
  await recordChange(tx, write, {
    channels: [id],
    audit: {
      action: 'channel.viewing',
      subjectId: id,
      summary: `Changed how ${name} is played.`,
      detail: { before: channel.viewing, after: viewing },
    },
    event: { name: 'channel.updated', channelId: id, subjectId: id, message },
  })
}
