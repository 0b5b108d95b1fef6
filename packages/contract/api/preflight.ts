import { z } from 'zod'
import { OutputClass } from '../policy/index.ts'
import { ChannelPlan } from './plan.ts'

export const checkVerdicts = ['pass', 'warn', 'fail', 'skip'] as const
export const CheckVerdict = z.enum(checkVerdicts)
export type CheckVerdict = z.infer<typeof CheckVerdict>

/** What preflight looks at, in its order: what is kept, what the network says, what the source sends, what they cost together. */
export const preflightChecks = [
  'url',
  'platform',
  'key',
  'keyAge',
  'rotation',
  'dns',
  'tcp',
  'tls',
  'handshake',
  'publish',
  'engine',
  'outputs',
  'policy',
  'encode',
  'source',
  'codec',
  'bitrate',
  'keyframes',
  'leftOut',
  'media',
  'profile',
  'line',
  'fps',
  'size',
  'audio',
  'playback',
  'uplink',
] as const
export const PreflightCheckName = z.enum(preflightChecks)
export type PreflightCheckName = z.infer<typeof PreflightCheckName>

/** One check. `skip`: it could not be judged, and `found` says why. `fix`: the exact thing to do, null when nothing is. No secret is in any text. */
export const PreflightCheck = z.object({
  check: PreflightCheckName,
  verdict: CheckVerdict,
  found: z.string(),
  expected: z.string(),
  fix: z.string().nullable(),
})
export type PreflightCheck = z.infer<typeof PreflightCheck>

const Verdict = z.enum(['pass', 'warn', 'fail'])

/** One destination's checks. `verdict` is the worst of them, skipped ones left out. */
export const PreflightOutput = z.object({
  /** Null for a destination that is no output yet. */
  outputId: z.string().nullable(),
  name: z.string(),
  platform: z.string(),
  url: z.string(),
  class: OutputClass,
  verdict: Verdict,
  checks: z.array(PreflightCheck),
})
export type PreflightOutput = z.infer<typeof PreflightOutput>

/** `POST /channels/{id}/preflight`: everything that can be known before going live, the channel's own checks and each running output's. */
export const Preflight = z.object({
  channelId: z.string(),
  at: z.iso.datetime(),
  tookMs: z.number(),
  verdict: Verdict,
  checks: z.array(PreflightCheck),
  outputs: z.array(PreflightOutput),
  /** Which encodes the channel runs, and what they cost: the same as `GET /channels/{id}/plan`. */
  plan: ChannelPlan,
})
export type Preflight = z.infer<typeof Preflight>

/**
 * `POST /preflight`: a destination that is not kept yet, or a kept one by its id. With `channelId` it is judged against what that
 * channel's source sends now.
 */
export const PreflightTargetBody = z
  .object({
    url: z.string().trim().min(1).max(2000).optional(),
    streamKey: z.string().max(1000).default(''),
    platform: z.string().max(60).default('custom'),
    class: OutputClass.optional(),
    tlsVerify: z.boolean().default(true),
    destinationId: z.string().optional(),
    channelId: z.string().optional(),
  })
  .refine((body) => (body.destinationId === undefined) !== (body.url === undefined), {
    message: 'give either destinationId or url, not both and not neither',
    path: ['url'],
  })
export type PreflightTargetBody = z.input<typeof PreflightTargetBody>
