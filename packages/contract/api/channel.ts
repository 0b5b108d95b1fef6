import { sourceNames } from '@sluice/base/words'
import { z } from 'zod'
import { type ChannelActual, InputActual, InputRole, SourceLock } from '../link/index.ts'
import { OverrideBody, PolicyOverride, PolicyViolation } from '../policy/index.ts'
import { Name } from '../text/index.ts'
import { AutoRollback, noAutoRollback } from './auto-rollback.ts'
import { InputClip } from './clip.ts'
import { EventPage, EventPagePatch, noEventPage, pageStates } from './event-page.ts'
import { Failover, FailoverPatch } from './failover.ts'
import { LatencyBudgetsPatch } from './latency.ts'
import { PlayerStart } from './player.ts'
import { ChannelRecording, ChannelRecordingPatch, noRecording } from './recording.ts'
import { PlaybackLadder } from './rung.ts'
import { ChannelSlate } from './slate.ts'
import { noViewing, Viewing, ViewingPatch } from './viewing.ts'

export { SourceLock }

/** A way into a channel. `streamKey` and `urls` are null for callers without `key:read`. */
export const Input = z.object({
  id: z.string(),
  role: InputRole,
  enabled: z.boolean(),
  /** Stays connected and measured, and is never picked by the switch. */
  maintenance: z.boolean(),
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
  srt: z.object({
    latencyMs: z.number().int(),
    hasPassphrase: z.boolean(),
    /** A UDP port for this input alone, and the address of it: encoders without a stream id call there. Null: it has none. */
    port: z.number().int().nullable(),
    url: z.string().nullable(),
  }),
  /** Whom Sluice calls for this input, without secrets, and which secrets there are; null: encoders call. */
  pull: z
    .object({
      url: z.string(),
      /** SRT. */
      hasStreamId: z.boolean(),
      hasPassphrase: z.boolean(),
      /** RTMP: the last part of the path and the query. */
      hasStreamName: z.boolean(),
      /** User and password, of RTMP and HLS. */
      hasLogin: z.boolean(),
      /** HLS. */
      hasQuery: z.boolean(),
    })
    .nullable(),
  /** What it plays, round and round, in place of an encoder; null: nothing. */
  clip: InputClip.nullable(),
  /** The engines know the input as it is here: an encoder can use its key. False for a moment after a change, and while no engine is up. */
  applied: z.boolean(),
  actual: InputActual.nullable(),
})
export type Input = z.infer<typeof Input>

/**
 * Where the channel plays. Whoever has one of these addresses can watch; `POST /channels/{id}/playback/rotate` replaces them all.
 * `preview` is the same HLS for operators and counts as no viewer. `notices`: what browsers can't play of it, in sentences.
 */
export const Playback = z.object({
  playId: z.string(),
  hls: z.string(),
  /** Low-latency DASH. */
  dash: z.string(),
  preview: z.string(),
  page: z.string(),
  embed: z.string(),
  rtmp: z.string(),
  notices: z.array(z.string()),
  /** What the player gets beside the source; `PUT /channels/{id}/ladder` sets it. */
  ladder: PlaybackLadder.default('off'),
  /** How it is played: `PATCH /channels/{id}` with `viewing` sets it. */
  viewing: Viewing.default(noViewing),
})

/**
 * Who carries the channel. `silent`: it has reported nothing since `silentSince`, so that states and figures of the channel, its inputs and
 * its outputs are what was last heard, and may be over.
 */
export const ChannelEngine = z.object({ id: z.string(), state: z.enum(['up', 'silent']), silentSince: z.iso.datetime().nullable() })
export type ChannelEngine = z.infer<typeof ChannelEngine>

/** A lasting programme. `state` and `source` are what the engine reports; `engine` is null while none carries it. */
export const Channel = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['idle', 'live']),
  source: z.enum(sourceNames),
  lock: SourceLock,
  since: z.iso.datetime().nullable(),
  inputs: z.array(Input),
  playback: Playback,
  /** `live`: known to be; none while the engine is silent. */
  outputs: z.object({ total: z.number().int(), live: z.number().int(), troubled: z.number().int() }),
  engine: ChannelEngine.nullable(),
  /** The engines know the channel as it is here: its keys and tokens work. False for a moment after a change, and while no engine is up. */
  applied: z.boolean(),
  failover: Failover,
  slate: ChannelSlate,
  /** Settings that somebody let stand outside of the tightest class, and those that came to be outside since they were set. */
  overrides: z.array(PolicyOverride),
  violations: z.array(PolicyViolation),
  autoRollback: AutoRollback.default(noAutoRollback),
  /** When an input of a higher rank has the air back if it stays clean, and which; null when none is on its way back. */
  returnsAt: z.iso.datetime().nullable(),
  returnsTo: InputRole.nullable(),
  /**
   * The show was ended, and by whom: outputs stay closed, though they are asked to run, until a new broadcast begins. Null: it was not, or one
   * has begun.
   */
  ended: z.object({ at: z.iso.datetime(), by: z.string() }).nullable().default(null),
  /** When the slate on the air ends by itself unless an input comes back; null: none is on. Outputs may close earlier: see their `closesAt`. */
  slateEndsAt: z.iso.datetime().nullable().default(null),
  page: EventPage.default(noEventPage),
  recording: ChannelRecording.default(noRecording),
  createdAt: z.iso.datetime(),
})
export type Channel = z.infer<typeof Channel>
export type { ChannelActual }

export const CreateChannelBody = z.object({ name: Name })
export type CreateChannelBody = z.infer<typeof CreateChannelBody>
/** `override` lets a setting leave what the tightest class allows; it is kept with its reason until the setting is another. */
export const PatchChannelBody = z.object({
  name: Name.optional(),
  failover: FailoverPatch.optional(),
  override: OverrideBody.optional(),
  autoRollback: AutoRollback.partial().optional(),
  latencyBudgets: LatencyBudgetsPatch.optional(),
  page: EventPagePatch.optional(),
  viewing: ViewingPatch.optional(),
  recording: ChannelRecordingPatch.optional(),
})
export type PatchChannelBody = z.infer<typeof PatchChannelBody>
/** `POST /channels/{id}/source`: `lock` pins until it is `auto` again; `take` acts once and at once. */
export const SourceBody = z
  .object({ lock: SourceLock.optional(), take: InputRole.optional() })
  .refine(({ lock, take }) => (lock === undefined) !== (take === undefined), { path: ['lock'], message: 'send either lock or take' })
/** `POST /channels/{id}/slate/hold`: how much longer than planned. */
export const HoldSlateBody = z.strictObject({ seconds: z.number().int().min(10).max(3600) })
export type HoldSlateBody = z.infer<typeof HoldSlateBody>
/** `POST /channels/{id}/inputs`: nothing is to be said, the place is the first that is free. */
export const CreateInputBody = z.object({}).prefault({})

/** `PATCH /inputs/{id}` with a role: the input changes places with the one that has it, live; no session ends. */
export const MoveInputBody = z.strictObject({ role: InputRole })

/**
 * `PATCH /inputs/{id}`. `srt.port`: a UDP port for this input alone, out of SLUICE_SRT_INPUT_PORTS; `auto` for the first that is free, null for
 * none. `rotateKey` makes a new stream key; a publisher on the old one is ended. SRT passphrase: 10..79
 * characters, '' for none. `pull`: whom to call, secrets in it, null for none: an `srt://` listener, `rtmp(s)://host/app/stream`, or the
 * `http(s)://` address of an HLS playlist. `clip`: what it plays instead, null for nothing; it takes the place of `pull` and the other
 * way round. `role` is sent alone: see MoveInputBody.
 */
export const PatchInputBody = z.object({
  role: InputRole.optional(),
  enabled: z.boolean().optional(),
  maintenance: z.boolean().optional(),
  rotateKey: z.literal(true).optional(),
  srt: z
    .object({
      latencyMs: z.number().int().min(20).max(8000).optional(),
      passphrase: z.union([z.literal(''), z.string().min(10).max(79)]).optional(),
      port: z
        .union([z.literal('auto'), z.number().int().min(1).max(65_535)])
        .nullable()
        .optional(),
    })
    .optional(),
  pull: z
    .object({ url: z.string().trim().min(1).max(2000) })
    .nullable()
    .optional(),
  clip: InputClip.nullable().optional(),
})
export type PatchInputBody = z.infer<typeof PatchInputBody>

/**
 * What viewers can't see or hear. `mimeType` set: some browsers play it, and the page asks its own whether it does; null: it is left out
 * for all of them.
 */
export const PlayNotice = z.object({ kind: z.enum(['video', 'audio']), mimeType: z.string().nullable(), text: z.string() })
export type PlayNotice = z.infer<typeof PlayNotice>

/** `GET /play/{playId}`, public: what a player page needs. `isLive`: there is something to play, the slate included. */
export const PlayInfo = z.object({
  /** The server's clock as it answered: players reckon their distance from live by it. */
  at: z.iso.datetime(),
  playId: z.string(),
  name: z.string(),
  isLive: z.boolean(),
  hls: z.string(),
  notices: z.array(PlayNotice),
  state: z.enum(pageStates),
  page: EventPage,
  /** How this player looks and begins; null: asked for by the channel's own play id. */
  player: z.object({ accent: z.string().nullable(), background: z.string().nullable(), logo: z.boolean(), start: PlayerStart }).nullable(),
})
export type PlayInfo = z.infer<typeof PlayInfo>
