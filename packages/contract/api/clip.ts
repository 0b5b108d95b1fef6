import { z } from 'zod'
import { Name } from '../text/index.ts'
import { type ClipType, clipTypes } from '../transcoder/index.ts'

export const clipStates = ['converting', 'ready', 'failed'] as const

/** An image or video of a workspace, kept as a loop that engines play: as slate, or in place of an encoder. */
export const Clip = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['image', 'video']),
  /** As it was uploaded; kept is the converted loop alone. */
  contentType: z.string(),
  state: z.enum(clipStates),
  /** Share of the conversion that is done, 0..1; null but while `converting`. */
  progress: z.number().nullable(),
  /** Why the conversion failed. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What the upload had, and what the loop takes on the disk; null until it is there. */
  uploadBytes: z.number().int(),
  bytes: z.number().int().nullable(),
  durationMs: z.number().int().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  fps: z.number().nullable(),
  hasAudio: z.boolean(),
  /** Channels that show it as slate, and inputs that play it. */
  usedBy: z.object({ channels: z.number().int(), inputs: z.number().int() }),
  createdAt: z.iso.datetime(),
})
export type Clip = z.infer<typeof Clip>

/** `POST /clips?name=`: the raw file as body, under its own content type. */
export const UploadClipQuery = z.object({ name: Name })
export const clipContentTypes = Object.keys(clipTypes) as ClipType[]

/** What an input plays instead of waiting for an encoder: a clip, or the built-in test card. */
export const InputClip = z.union([z.literal('test-card'), z.uuid()])
export type InputClip = z.infer<typeof InputClip>
