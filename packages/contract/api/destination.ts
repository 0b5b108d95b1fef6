import { z } from 'zod'
import { OutputClass } from '../policy/index.ts'
import { Name } from './name.ts'

/** `rtmp://`, `rtmps://` or `srt://`; checked in full by the service, which says what is wrong. */
const Url = z.string().trim().min(1).max(2000)
/** Byte for byte as the platform gave it, its own query string included. */
const StreamKey = z.string().max(1000)

/** A place with credentials that a workspace keeps. The key is never returned; `keyHint` shows its last characters. */
export const Destination = z.object({
  id: z.string(),
  name: z.string(),
  /** Id in the catalogue, or `custom`. */
  platform: z.string(),
  url: z.string(),
  hasKey: z.boolean(),
  keyHint: z.string().nullable(),
  class: OutputClass,
  tlsVerify: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  usedByOutputs: z.number().int(),
})
export type Destination = z.infer<typeof Destination>

export const CreateDestinationBody = z.object({
  name: Name,
  platform: z.string().max(60).default('custom'),
  url: Url,
  streamKey: StreamKey.default(''),
  class: OutputClass.optional(),
  tlsVerify: z.boolean().default(true),
})
export type CreateDestinationBody = z.input<typeof CreateDestinationBody>
export const PatchDestinationBody = z.object({
  name: Name.optional(),
  url: Url.optional(),
  streamKey: StreamKey.optional(),
  tlsVerify: z.boolean().optional(),
})
export type PatchDestinationBody = z.infer<typeof PatchDestinationBody>
