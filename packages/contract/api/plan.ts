import { z } from 'zod'
import { RungActual, RungSpec, VideoFacts } from '../link/index.ts'

/** Why an output gets what it gets, or does not get what it should. `planWords` makes the sentences. */
export const planCodes = [
  'source-unknown',
  'source-fits',
  'source-wanted',
  'source-codec',
  'source-bitrate',
  'source-fps',
  'source-size',
  'source-keyframes',
  'source-audio',
  'rung-wanted',
  'rung-gone',
  'rollback',
  'player',
  'no-encoder',
  'no-room',
  'enhanced-track',
  'enhanced-no-room',
  'rung-failed',
] as const
export type PlanCode = (typeof planCodes)[number]

/** What an output does not get as it was asked for, or gets otherwise than the source has it. `noticeWords` makes the sentences. */
export const planNoticeCodes = ['captions-lost', 'silence-added', 'audio-track-ignored', 'delay-shortened', 'tone-mapped'] as const
export type PlanNoticeCode = (typeof planNoticeCodes)[number]

/** One output in the plan. `rung`: what is sent to it, `source` or the `id` of one of the plan's rungs. */
export const PlanOutput = z.object({
  outputId: z.string(),
  name: z.string(),
  rung: z.string(),
  code: z.enum(planCodes),
  reason: z.string(),
  /** With Enhanced Broadcasting: what each video track of its stream is, `rung` the first of them. Absent: one track. */
  tracks: z.array(z.string()).optional(),
  /** What is not as it should be with that; null: nothing. */
  warning: z.string().nullable(),
  /** The same as a code, which is another one than `code`: that says what was wanted, this what stands against it. */
  warningCode: z.enum(planCodes).nullable(),
  /** What viewers of it miss of the source or of what was asked for, and what they get in its place. Absent: nothing. */
  notices: z.array(z.object({ code: z.enum(planNoticeCodes), message: z.string() })).optional(),
})
export type PlanOutput = z.infer<typeof PlanOutput>

/** One encode. `rungId` null: nobody made it, it follows from what its outputs accept. `spec`: exactly what the engine is sent. */
export const PlanRung = z.object({
  id: z.string(),
  rungId: z.string().nullable(),
  name: z.string(),
  spec: RungSpec,
  outputs: z.array(z.string()),
  reason: z.string(),
  /** Percent of one core: as planned, and as measured over the last second (null: it is not running). */
  cost: z.object({ cpuPercent: z.number(), measuredPercent: z.number().nullable() }),
  /** What the engine says of it now; null: it is not running, nor trying to. */
  actual: RungActual.pick({ state: true, reason: true }).nullable(),
  /** What it adds to the delay, 95 % of its pictures of the last ten seconds less; null: not measured. */
  latencyMs: z.number().nullable(),
})
export type PlanRung = z.infer<typeof PlanRung>

/** What the player gets. `rungs`: `source` and ids of the plan's rungs, best first. */
export const PlanPlayer = z.object({
  rungs: z.array(z.string()),
  reason: z.string(),
  /** What is not as it was asked for; null: nothing. */
  warning: z.string().nullable(),
  /**
   * While the ladder is off: what `auto` would add now, its price in percent of a core, and whether the encodes that run would get a cheaper preset
   * for it. Absent: it is on, or nothing of it fits.
   */
  offer: z.object({ rungs: z.array(z.string()), cpuPercent: z.number(), lowersPresets: z.boolean() }).optional(),
})
export type PlanPlayer = z.infer<typeof PlanPlayer>

/** What encoding costs here against what this machine gives for it; percent of one core throughout. */
export const PlanLoad = z.object({
  cores: z.number().int(),
  /** 70 % of all cores. */
  budgetPercent: z.number(),
  /** Decoding the source and all rungs of this channel. */
  channelPercent: z.number(),
  decodePercent: z.number(),
  /** What other live channels encode. */
  othersPercent: z.number(),
  /** Prices are measured on this machine; false: they are those of a usual one. */
  isCalibrated: z.boolean(),
})
export type PlanLoad = z.infer<typeof PlanLoad>

/** The source that the plan is made for. */
export const PlanSource = z.object({
  video: z
    .object({
      codec: z.string(),
      width: z.number().int(),
      height: z.number().int(),
      fps: z.number().nullable(),
      kbps: z.number().int().nullable(),
      /** The longest and the shortest of the last distances between key frames. */
      gopMs: z.number().nullable(),
      minGopMs: z.number().nullable().optional(),
      /** HDR10 or HLG. Absent: SDR. */
      hdr: VideoFacts.shape.hdr,
      /** It carries closed captions. Absent: none were seen. */
      hasCaptions: z.literal(true).optional(),
      /** Its pictures may be fields, which encodes make whole pictures of. Absent: they are not. */
      isInterlaced: z.literal(true).optional(),
    })
    .nullable(),
  audio: z
    .object({ codec: z.string(), sampleRate: z.number().int(), channels: z.number().int(), kbps: z.number().int().nullable() })
    .nullable(),
  /** Further encodings of the picture that the encoder sends beside it, by track number. Absent: none. */
  renditions: z
    .array(
      z.object({
        track: z.number().int(),
        codec: z.string(),
        width: z.number().int(),
        height: z.number().int(),
        fps: z.number(),
        kbps: z.number().int(),
        gopMs: z.number().nullable(),
      }),
    )
    .optional(),
})
export type PlanSource = z.infer<typeof PlanSource>

/** `GET /channels/{id}/plan`: which encodings the channel runs, which output gets which, why, and what it costs. */
export const ChannelPlan = z.object({
  channelId: z.string(),
  /** Null: no encoder has sent yet; until one does, `auto` is the source. */
  source: PlanSource.nullable(),
  rungs: z.array(PlanRung),
  outputs: z.array(PlanOutput),
  player: PlanPlayer,
  /** Everything wished for fits on this machine. */
  fits: z.boolean(),
  load: PlanLoad,
  /** Sentences for the operator, worst first. */
  warnings: z.array(z.string()),
})
export type ChannelPlan = z.infer<typeof ChannelPlan>
