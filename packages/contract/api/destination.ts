import { z } from 'zod'
import { OutputClass } from '../policy/index.ts'
import { Name } from '../text/index.ts'

/** `rtmp://`, `rtmps://` or `srt://`; checked in full by the service, which says what is wrong. */
const Url = z.string().trim().min(1).max(2000)
/** Byte for byte as the platform gave it, its own query string included. */
const StreamKey = z.string().max(1000)

/** `static` stays until it is changed; `rotating` is replaced by plan; `guest` came by a guest link and goes with it. */
export const credentialKinds = ['static', 'rotating', 'guest'] as const
export const CredentialKind = z.enum(credentialKinds)
export type CredentialKind = z.infer<typeof CredentialKind>

/** `pending`: an output that carries media is not there yet. Outputs without a session take the new key when they next connect. */
export const RotationState = z.enum(['pending', 'applied', 'partial', 'failed'])
export type RotationState = z.infer<typeof RotationState>

/** The last change of the key of a rotating destination, and how it went at each output that uses it. */
export const Rotation = z.object({
  at: z.iso.datetime(),
  by: z.string(),
  state: RotationState,
  /** `idle`: without a session. `reason`: why not, in one sentence. */
  outputs: z.array(
    z.object({
      outputId: z.string(),
      name: z.string(),
      state: z.enum(['pending', 'applied', 'failed', 'idle']),
      reason: z.string().nullable(),
    }),
  ),
})
export type Rotation = z.infer<typeof Rotation>

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
  credential: CredentialKind,
  /** The guest whose it is; null for other kinds. */
  guest: z.string().nullable(),
  /** Channels whose outputs may use it; null for all of the workspace. */
  channelIds: z.array(z.string()).nullable(),
  rotateEveryDays: z.number().int().nullable(),
  /** When the key should be replaced next, by `rotateEveryDays`. */
  rotationDueAt: z.iso.datetime().nullable(),
  /** A key that is kept for later. */
  nextRotation: z.object({ at: z.iso.datetime(), keyHint: z.string().nullable() }).nullable(),
  lastRotation: Rotation.nullable(),
  /** When an output on it was last live, to about five minutes. */
  lastUsedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  usedByOutputs: z.number().int(),
})
export type Destination = z.infer<typeof Destination>

const RotateEveryDays = z.number().int().min(1).max(3650).nullable()
const ChannelIds = z.array(z.string().max(64)).max(1000).nullable()

export const CreateDestinationBody = z.object({
  name: Name,
  platform: z.string().max(60).default('custom'),
  url: Url,
  streamKey: StreamKey.default(''),
  class: OutputClass.optional(),
  tlsVerify: z.boolean().default(true),
  /** `guest` comes by a guest link alone. */
  credential: z.enum(['static', 'rotating']).default('static'),
  rotateEveryDays: RotateEveryDays.default(null),
  channelIds: ChannelIds.default(null),
})
export type CreateDestinationBody = z.input<typeof CreateDestinationBody>
export const PatchDestinationBody = z.object({
  name: Name.optional(),
  url: Url.optional(),
  streamKey: StreamKey.optional(),
  tlsVerify: z.boolean().optional(),
  /** `static` forgets what was planned. */
  credential: z.enum(['static', 'rotating']).optional(),
  rotateEveryDays: RotateEveryDays.optional(),
  channelIds: ChannelIds.optional(),
  /** Outputs on channels that lose the destination are stopped; without it, losing one that is in use is refused. */
  stopUngranted: z.boolean().default(false),
})
export type PatchDestinationBody = z.input<typeof PatchDestinationBody>

/** `POST /destinations/{id}/rotate`: the next key now, or kept until `at`. */
export const RotateBody = z.object({ streamKey: StreamKey.min(1), at: z.iso.datetime().optional() })
export type RotateBody = z.infer<typeof RotateBody>
