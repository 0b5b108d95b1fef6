import { createHash } from 'node:crypto'
import { ProblemError, requireScope, type ServiceContext } from '../index.ts'
import { channelInWorkspace } from './records.ts'

/** Whoever has pictures of what is on the air; null: none of this channel. */
export type PictureSource = { look(channelId: string): Promise<{ readonly jpeg: Buffer; readonly takenAtMs: number } | null> }

/** A small picture of what the channel has on the air, with a tag that changes when the picture does. */
export async function channelThumbnail(
  ctx: ServiceContext,
  pictures: PictureSource,
  id: string,
): Promise<{ jpeg: Buffer; takenAtMs: number; etag: string }> {
  requireScope(ctx, 'channel:read')
  await channelInWorkspace(ctx.platform.db, ctx.workspaceId, id)
  const picture = await pictures.look(id)
  if (picture === null) throw new ProblemError('THUMBNAIL_NONE', 'The channel is off air, or its first key frame is still to be drawn.')
  return { ...picture, etag: `"${createHash('sha256').update(picture.jpeg).digest('base64url').slice(0, 22)}"` }
}
