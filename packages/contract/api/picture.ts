import { z } from 'zod'
import { Name } from '../text/index.ts'
import { pageImageTypes } from './event-page.ts'

/** The box that a picture is scaled into, and what of it may be uploaded and kept. */
export const pictureLimits = {
  uploadBytes: 12 * 1024 * 1024,
  keptBytes: 1536 * 1024,
  width: 1920,
  height: 1920,
  perWorkspace: 200,
} as const

/** A picture of a workspace that rungs show over theirs. It never changes: another one has another id. */
export const Picture = z.object({
  id: z.string(),
  name: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  /** Of the PNG that is kept. */
  bytes: z.number().int(),
  /** Rungs that show it. It can't be deleted while there are any. */
  rungs: z.array(z.string()),
  createdAt: z.iso.datetime(),
})
export type Picture = z.infer<typeof Picture>

/** `POST /pictures?name=`: the raw file as body, under its own content type. */
export const UploadPictureQuery = z.object({ name: Name })
export const pictureTypes = pageImageTypes
