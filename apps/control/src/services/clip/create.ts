import type { Readable } from 'node:stream'
import { clipContentTypes, UploadClipQuery } from '@sluice/contract/api'
import type { ClipType } from '@sluice/contract/transcoder'
import { newId } from '../../db/index.ts'
import { inTransaction, ProblemError, parseInput, planJob, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { receiveUpload, requireRoom } from './receive.ts'
import { type ClipRecord, clipRecord } from './records.ts'

/** The raw file as it comes: its type, its length where the caller says it, and its bytes. */
export type Upload = { contentType: string; contentLength: number | null; body: Readable }

/** Where uploads are written. */
export type UploadPlace = { upload(clipId: string): string; removeClip(clipId: string): void; freeBytes(): Promise<number> }

/** Keeps an uploaded image or video; its conversion begins behind the answer. */
export async function createClip(ctx: ServiceContext, files: UploadPlace, query: unknown, upload: Upload): Promise<ClipRecord> {
  requireScope(ctx, 'channel:write')
  const { name } = parseInput(UploadClipQuery, query)
  const type = clipTypeOf(upload.contentType)
  const freeBytes = await files.freeBytes()
  requireRoom(upload.contentLength ?? 0, freeBytes)
  const nowMs = ctx.platform.clock.wallMs()
  const id = newId(nowMs)
  const bytes = await receiveUpload(upload.body, files.upload(id), type, freeBytes)
  try {
    return await inTransaction(ctx, async (tx, write) => {
      await tx
        .insertInto('clip')
        .values({
          id,
          workspace_id: ctx.workspaceId,
          name,
          content_type: type,
          state: 'converting',
          upload_bytes: bytes,
          has_audio: false,
          created_at_ms: nowMs,
        })
        .execute()
      await recordChange(tx, write, {
        channels: [],
        audit: { action: 'clip.create', subjectId: id, summary: `Uploaded the clip ${name} (${type}, ${bytes} bytes).` },
        event: { name: 'clip.created', channelId: null, subjectId: id, message: `${ctx.actor.name} uploaded the clip ${name}.` },
      })
      await planJob(tx, write, { kind: 'clip.convert', subjectId: id, dueAtMs: nowMs })
      return clipRecord(tx, ctx.workspaceId, id)
    })
  } catch (error) {
    files.removeClip(id)
    throw error
  }
}

function clipTypeOf(contentType: string): ClipType {
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  const known = clipContentTypes.find((one) => one === type)
  if (known === undefined)
    throw new ProblemError('CLIP_TYPE', `The content type is '${type.slice(0, 60)}', not one of ${clipContentTypes.join(', ')}.`)
  return known
}
