import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { type PageImageKind, type PageImageType, pageImageLimits, pageImageTypes } from '@sluice/contract/api'
import { type ChannelRecord, channelInWorkspace, channelRecord, readPage, writePage } from '../channel/index.ts'
import { inTransaction, ProblemError, recordChange, requireScope, type ServiceContext } from '../index.ts'

type Picture = {
  readonly body: Uint8Array
  readonly contentType: 'image/jpeg' | 'image/png'
  readonly width: number
  readonly height: number
}
type Box = { readonly width: number; readonly height: number }

/** Makes a picture for web pages of an upload: decoded, turned upright, scaled and encoded anew. Throws ProblemError for what is no picture. */
export type PictureMaker = {
  make(upload: { body: Readable; type: PageImageType; contentLength: number | null }, as: 'jpeg' | 'png', box: Box): Promise<Picture>
}

/** Sets poster or logo of a player page: nothing of the upload itself is kept. */
export async function setPageImage(
  ctx: ServiceContext,
  maker: PictureMaker,
  id: string,
  kind: PageImageKind,
  upload: { contentType: string; contentLength: number | null; body: Readable },
): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  // Before anything is received: who may not, and where there is none, costs nothing.
  await channelInWorkspace(ctx.platform.db, ctx.workspaceId, id)
  const type = typeOf(upload.contentType)
  const picture = await maker.make({ ...upload, type }, kind === 'logo' ? 'png' : 'jpeg', pageImageLimits[kind])
  const digest = createHash('sha256').update(picture.body).digest('hex')
  const { width, height } = picture
  return inTransaction(ctx, async (tx, write) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, id)
    const row = { digest, content_type: picture.contentType, width, height, body: Buffer.from(picture.body).toString('base64') }
    await tx
      .insertInto('page_image')
      .values({ channel_id: id, kind, ...row })
      .onConflict((conflict) => conflict.columns(['channel_id', 'kind']).doUpdateSet(row))
      .execute()
    const page = writePage({ ...readPage(channel.page), [kind]: { digest, width, height } })
    await tx.updateTable('channel').set({ page }).where('id', '=', id).execute()
    await recordChange(tx, write, {
      channels: [],
      reread: [id],
      audit: {
        action: 'channel.page',
        subjectId: id,
        summary: `Set the ${kind} of the player page of ${channel.name}.`,
        detail: { kind, digest },
      },
      event: { name: 'channel.updated', channelId: id, subjectId: id, message: `${ctx.actor.name} set the ${kind} of the player page.` },
    })
    return channelRecord(tx, ctx.workspaceId, id)
  })
}

function typeOf(contentType: string): PageImageType {
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  const known = pageImageTypes.find((one) => one === type)
  if (known === undefined)
    throw new ProblemError('PAGE_IMAGE', `The content type is '${type.slice(0, 60)}', not one of ${pageImageTypes.join(', ')}.`)
  return known
}
