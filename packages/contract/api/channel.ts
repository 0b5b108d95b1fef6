import { z } from 'zod'
import { type ChannelActual, InputActual, InputRole, SourceLock, sourceStates } from '../link/index.ts'
import { AutoRollback } from './auto-rollback.ts'
import { InputClip } from './clip.ts'
import { Failover, FailoverPatch } from './failover.ts'
import { LatencyBudgetsPatch } from './latency.ts'
import { Name } from './name.ts'
import { ChannelSlate } from './slate.ts'

export { SourceLock }

/** A way into a channel. `streamKey` and `urls` are null for callers without `key:read`. */
export const Input = z.object({
  id: z.string(),
  role: InputRole,
  enabled: z.boolean(),
  streamKey: z.string().nullable(),
  urls: z
    .object({
      /** Server field of OBS and others; the key goes into the field beside it. */
      server: z.object({ rtmp: z.string(), rtmps: z.string() }),
      /** Whole URLs, key included. */
      rtmp: z.string(),
      rtmps: z.string(),
      srt: z.string(),
    })
    .nullable(),
  srt: z.object({ latencyMs: z.number().int(), hasPassphrase: z.boolean() }),
  /** The listener that Sluice calls for this input, without its secrets; null: encoders call. */
  pull: z.object({ url: z.string(), hasStreamId: z.boolean(), hasPassphrase: z.boolean() }).nullable(),
  /** What it plays, round and round, in place of an encoder; null: nothing. */
  clip: InputClip.nullable(),
  actual: InputActual.nullable(),
})
export type Input = z.infer<typeof Input>

export const Playback = z.object({ hls: z.string(), page: z.string(), embed: z.string(), rtmp: z.string() })

/** A lasting programme. `state` and `source` are what the engine reports; `engine` is null while none carries it. */
export const Channel = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['idle', 'live']),
  source: z.enum(sourceStates),
  lock: SourceLock,
  since: z.iso.datetime().nullable(),
  inputs: z.array(Input),
  playback: Playback,
  outputs: z.object({ total: z.number().int(), live: z.number().int(), troubled: z.number().int() }),
  engine: z.string().nullable(),
  failover: Failover,
  autoRollback: AutoRollback,
  slate: ChannelSlate,
  /** When an input of a higher rank has the air back if it stays clean, and which; null when none is on its way back. */
  returnsAt: z.iso.datetime().nullable(),
  returnsTo: InputRole.nullable(),
  createdAt: z.iso.datetime(),
})
export type Channel = z.infer<typeof Channel>
export type { ChannelActual }

export const CreateChannelBody = z.object({ name: Name })
export type CreateChannelBody = z.infer<typeof CreateChannelBody>
export const PatchChannelBody = z.object({
  name: Name.optional(),
  failover: FailoverPatch.optional(),
  autoRollback: AutoRollback.partial().optional(),
  latencyBudgets: LatencyBudgetsPatch.optional(),
})
/** `POST /channels/{id}/source`: `lock` pins until it is `auto` again; `take` acts once and at once. */
export const SourceBody = z
  .object({ lock: SourceLock.optional(), take: InputRole.optional() })
  .refine(({ lock, take }) => (lock === undefined) !== (take === undefined), { path: ['lock'], message: 'send either lock or take' })
/**
 * `PATCH /inputs/{id}`. `rotateKey` makes a new stream key; a publisher on the old one is ended. SRT passphrase: 10..79
 * characters, '' for none. `pull`: an `srt://` listener to call, `streamid` and `passphrase` in it, null for none.
 * `clip`: what it plays instead, null for nothing; it takes the place of `pull` and the other way round.
 */
export const PatchInputBody = z.object({
  enabled: z.boolean().optional(),
  rotateKey: z.literal(true).optional(),
  srt: z
    .object({
      latencyMs: z.number().int().min(20).max(8000).optional(),
      passphrase: z.union([z.literal(''), z.string().min(10).max(79)]).optional(),
    })
    .optional(),
  pull: z
    .object({ url: z.string().trim().min(1).max(2000) })
    .nullable()
    .optional(),
  clip: InputClip.nullable().optional(),
})
export type PatchInputBody = z.infer<typeof PatchInputBody>

/** `GET /play/{channelId}`, public: what a player page needs. */
export const PlayInfo = z.object({ channelId: z.string(), name: z.string(), isLive: z.boolean(), hls: z.string() })
export type PlayInfo = z.infer<typeof PlayInfo>
