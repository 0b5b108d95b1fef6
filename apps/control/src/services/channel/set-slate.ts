import type { SlateChoice } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { readyClip } from '../clip/index.ts'
import { recordChange, type WriteContext } from '../index.ts'
import type { ChannelRow } from './records.ts'

/** Chooses what a channel shows when no input is left. The one before is not shown any more, from now on. */
export async function setSlate(tx: Tx, write: WriteContext, channel: ChannelRow, choice: SlateChoice): Promise<void> {
  const isClip = choice !== 'name' && choice !== 'last-picture'
  const columns = { slate_shows: isClip ? 'clip' : choice, slate_clip_id: isClip ? choice : null } as const
  if ((channel.slate_shows ?? 'name') === columns.slate_shows && channel.slate_clip_id === columns.slate_clip_id) return
  const what = isClip ? `the clip ${(await readyClip(tx, write.workspaceId, choice)).name}` : says[choice]
  await tx
    .updateTable('channel')
    .set({ ...columns, slate_key: null })
    .where('id', '=', channel.id)
    .execute()
  const message = `${write.actor.name} set the slate: ${what}.`
  await recordChange(tx, write, {
    channels: [channel.id],
    audit: { action: 'channel.slate', subjectId: channel.id, summary: `Set the slate of ${channel.name}: ${what}.` },
    event: { name: 'channel.updated', channelId: channel.id, subjectId: channel.id, message },
  })
}

const says = { name: "a card with the channel's name", 'last-picture': 'the last picture' }
