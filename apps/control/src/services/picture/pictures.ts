import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { type PageImageType, pictureLimits, pictureTypes, UploadPictureQuery } from '@sluice/contract/api'
import { conflictOf, newId } from '../../db/index.ts'
import { inTransaction, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { type PictureRecord, pictureRecord, pictureRecords } from './records.ts'

/** Where the PNGs lie. */
export type PictureFiles = { overlay(pictureId: string): string }

/** Decodes an upload away from here and encodes it anew: nothing of the file itself is kept. Throws ProblemError for what is no picture. */
type Maker = {
  make(
    upload: { body: Readable; type: PageImageType; contentLength: number | null },
    as: 'png',
    box: { width: number; height: number },
  ): Promise<{ body: Uint8Array; width: number; height: number }>
}
type Upload = { contentType: string; contentLength: number | null; body: Readable }

/** Keeps an uploaded picture, so that rungs can show it. */
export async function createPicture(
  ctx: ServiceContext,
  { pictures, files }: { pictures: Maker; files: PictureFiles },
  query: unknown,
  upload: Upload,
): Promise<PictureRecord> {
  requireScope(ctx, 'output:write')
  const { name } = parseInput(UploadPictureQuery, query)
  const type = typeOf(upload.contentType)
  await requireRoom(ctx)
  const { body, width, height } = await pictures.make({ ...upload, type }, 'png', pictureLimits)
  const nowMs = ctx.platform.clock.wallMs()
  const id = newId(nowMs)
  try {
    // Before the row: a rung that names it finds its file.
    const file = await open(files.overlay(id), 'wx', 0o600)
    await file
      .writeFile(body)
      .then(() => file.sync())
      .finally(() => file.close())
    return await inTransaction(ctx, async (tx, write) => {
      await tx
        .insertInto('picture')
        .values({ id, workspace_id: ctx.workspaceId, name, width, height, bytes: body.length, created_at_ms: nowMs })
        .execute()
      await recordChange(tx, write, {
        channels: [],
        audit: { action: 'picture.create', subjectId: id, summary: `Uploaded the picture ${name} (${width}x${height}).` },
        event: { name: 'picture.created', channelId: null, subjectId: id, message: `${ctx.actor.name} uploaded the picture ${name}.` },
      })
      return pictureRecord(tx, ctx.workspaceId, id)
    })
  } catch (error) {
    rmSync(files.overlay(id), { force: true })
    throw error
  }
}

/** One picture. */
export async function getPicture(ctx: ServiceContext, id: string): Promise<PictureRecord> {
  requireScope(ctx, 'output:read')
  return pictureRecord(ctx.platform.db, ctx.workspaceId, id)
}

/** The workspace's pictures, oldest first: all at once, they are few. */
export async function listPictures(ctx: ServiceContext): Promise<PictureRecord[]> {
  requireScope(ctx, 'output:read')
  return pictureRecords(ctx.platform.db, ctx.workspaceId)
}

/** Deletes a picture with its file. Refused while a rung shows it. */
export async function deletePicture(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'output:write')
  await inTransaction(ctx, async (tx, write) => {
    const { name, rungs } = await pictureRecord(tx, ctx.workspaceId, id)
    if (rungs.length > 0) {
      const names = rungs.map((rung) => rung.name).join(', ')
      throw new ProblemError('PICTURE_IN_USE', `The picture ${name} is shown by the ${rungs.length === 1 ? 'rung' : 'rungs'} ${names}.`)
    }
    // A rung that takes it at this moment is caught by the reference between the two.
    await tx
      .deleteFrom('picture')
      .where('id', '=', id)
      .execute()
      .catch((error: unknown) => {
        throw conflictOf(error) === 'reference' ? new ProblemError('PICTURE_IN_USE', `The picture ${name} is in use.`) : error
      })
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'picture.delete', subjectId: id, summary: `Deleted the picture ${name}.` },
      event: { name: 'picture.deleted', channelId: null, subjectId: id, message: `${ctx.actor.name} deleted the picture ${name}.` },
      also: [{ type: 'picture-deleted', pictureId: id }],
    })
  })
}

async function requireRoom(ctx: ServiceContext): Promise<void> {
  const { count } = await ctx.platform.db
    .selectFrom('picture')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('workspace_id', '=', ctx.workspaceId)
    .executeTakeFirstOrThrow()
  if (Number(count) >= pictureLimits.perWorkspace)
    throw new ProblemError('PICTURE_LIMIT', `The workspace has ${pictureLimits.perWorkspace} pictures.`)
}

function typeOf(contentType: string): PageImageType {
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  const known = pictureTypes.find((one) => one === type)
  if (known === undefined)
    throw new ProblemError('PAGE_IMAGE', `The content type is '${type.slice(0, 60)}', not one of ${pictureTypes.join(', ')}.`)
  return known
}
