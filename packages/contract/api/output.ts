import { desiredStates } from '@sluice/base/words'
import { z } from 'zod'
import { maxOutputDelayMs, OutputActual } from '../link/index.ts'
import {
  EffectiveLimits,
  OutputClass,
  OutputLimits,
  OutputLimitsPatch,
  OverrideBody,
  PolicyOverride,
  PolicyViolation,
} from '../policy/index.ts'
import { Name } from '../text/index.ts'
import { latencyModes, OutputRung } from './rung.ts'

/**
 * Where the destination plays the output, for viewers: an HLS playlist or an RTMP address. A probe looks there whether it shows the stream. What is
 * secret in it is encrypted and not shown again. Null: not set.
 */
const probeUrl = z.string().trim().min(1).max(2000).nullable()
/** Its media goes out so much later than the programme. */
const delayMs = z.number().int().min(0).max(maxOutputDelayMs)
/** Of the source's audio tracks this one alone, counted from 0. Null: the first, or all where the protocol carries several. */
const audioTrack = z.number().int().min(0).max(15).nullable()
/**
 * Enhanced Broadcasting, where the destination's catalogue entry has it: `on` asks the platform before each broadcast which video tracks it wants
 * and sends them in one stream, or one track where it refuses; `only` sends nothing then.
 */
export const enhancedModes = ['off', 'on', 'only'] as const
export type EnhancedMode = (typeof enhancedModes)[number]

/** How an output of `on` or `only` stands with its platform, in this broadcast. */
export const EnhancedStanding = z.object({
  state: z.enum(['waiting', 'asking', 'granted', 'single', 'refused']),
  /** What it means for the show, with the platform's own words where it has said any; null: nothing to say. */
  message: z.string().nullable(),
  /** Stable; null while nothing is wrong. */
  code: z.string().nullable(),
  /** Video tracks that the platform asked for; empty until it did. */
  tracks: z.array(z.object({ width: z.number().int(), height: z.number().int(), fps: z.number(), kbps: z.number().int() })),
})
export type EnhancedStanding = z.infer<typeof EnhancedStanding>

/** A destination attached to one channel: what is wanted (`desired`) beside what is (`actual`, null while no engine carries it). */
export const Output = z.object({
  id: z.string(),
  channelId: z.string(),
  destinationId: z.string(),
  name: z.string(),
  platform: z.string(),
  /** Without the key. */
  url: z.string(),
  hasKey: z.boolean(),
  class: OutputClass,
  priority: z.number().int(),
  /** What it is asked to take: `auto`, `source` or the id of a rung. The channel's plan says what it gets. */
  rung: z.string(),
  latency: z.enum(latencyModes),
  delayMs,
  audioTrack,
  probeUrl,
  enhanced: z.enum(enhancedModes),
  /** Null while `enhanced` is off. */
  enhancedStanding: EnhancedStanding.nullable(),
  desired: z.enum(desiredStates),
  actual: OutputActual.nullable(),
  /** Nothing is heard of the engine since then: `actual` is what was, and may be over. Null: it is what is. */
  staleSince: z.iso.datetime().nullable(),
  /** It should be live and is not, beyond a normal start; or nobody knows. The channel's count of troubled outputs goes by it. */
  isTroubled: z.boolean(),
  /** What was set on this output itself. */
  limits: OutputLimits,
  /** What holds for it: its own limits over its class's. */
  effective: EffectiveLimits,
  /** Own limits that somebody let stand outside of the class, and those that came to be outside since they were set. */
  overrides: z.array(PolicyOverride),
  violations: z.array(PolicyViolation),
  /** The guest who added it by a link; null for the workspace's own. */
  guest: z.string().nullable(),
  createdAt: z.iso.datetime(),
})
export type Output = z.infer<typeof Output>

/** Either `destinationId`, or `url` (with `streamKey`), which makes a custom destination of the same name. */
export const CreateOutputBody = z
  .object({
    name: Name,
    destinationId: z.string().optional(),
    url: z.string().trim().min(1).max(2000).optional(),
    streamKey: z.string().max(1000).optional(),
    platform: z.string().max(60).optional(),
    class: OutputClass.optional(),
    priority: z.number().int().min(0).max(1000).default(100),
    rung: OutputRung.default('auto'),
    latency: z.enum(latencyModes).default('standard'),
    delayMs: delayMs.default(0),
    audioTrack: audioTrack.default(null),
    probeUrl: probeUrl.default(null),
    enhanced: z.enum(enhancedModes).default('off'),
    enabled: z.boolean().default(true),
    tlsVerify: z.boolean().optional(),
    limits: OutputLimitsPatch.optional(),
    override: OverrideBody.optional(),
  })
  .refine((body) => (body.destinationId === undefined) !== (body.url === undefined), {
    message: 'give either destinationId or url, not both and not neither',
    path: ['url'],
  })
export type CreateOutputBody = z.input<typeof CreateOutputBody>

/** A change of url or streamKey changes the destination behind it: a live output moves make-before-break, no other notices. Limits take hold as it runs. */
export const PatchOutputBody = z.object({
  name: Name.optional(),
  url: z.string().trim().min(1).max(2000).optional(),
  streamKey: z.string().max(1000).optional(),
  class: OutputClass.optional(),
  priority: z.number().int().min(0).max(1000).optional(),
  /** A live output moves at a key frame. */
  rung: OutputRung.optional(),
  latency: z.enum(latencyModes).optional(),
  /** Changes live: a longer delay holds the output until it has passed, a shorter one skips to a key frame. */
  delayMs: delayMs.optional(),
  audioTrack: audioTrack.optional(),
  probeUrl: probeUrl.optional(),
  /** Takes hold with the next connection. */
  enhanced: z.enum(enhancedModes).optional(),
  enabled: z.boolean().optional(),
  tlsVerify: z.boolean().optional(),
  limits: OutputLimitsPatch.optional(),
  /** Lets limits leave what the class allows. */
  override: OverrideBody.optional(),
})
export type PatchOutputBody = z.infer<typeof PatchOutputBody>
