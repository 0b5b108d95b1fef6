import { z } from 'zod'
import { BufferPolicy } from '../link/index.ts'
import { outputFaultCodes, probeFaultCodes, probeFormats } from './faults.ts'

/** How long decoded pictures may be black or stand still, and sound be silent, before a look says so. */
const ContentLimits = z.object({ blackMs: z.number(), frozenMs: z.number(), silentMs: z.number() })
export type ContentLimits = z.infer<typeof ContentLimits>

/** A channel to be watched from outside. `baseUrl`: what its files stand below, with a session that counts as no viewer; never logged. */
export const ChannelTarget = z.object({
  channelId: z.string(),
  baseUrl: z.string(),
  /** What should be in force; null: not known yet, nothing is compared. */
  buffer: BufferPolicy.nullable(),
})
export type ChannelTarget = z.infer<typeof ChannelTarget>

/** An output whose own playback address somebody set. `url` may hold secrets; never logged. */
export const OutputTarget = z.object({ outputId: z.string(), channelId: z.string(), url: z.string() })
export type OutputTarget = z.infer<typeof OutputTarget>

/** How the prober is to work; the first line on its standard input. */
const ProberSetup = z.object({
  type: z.literal('setup'),
  sandbox: z.string(),
  mediaUid: z.number().int(),
  dataDir: z.string().nullable(),
  allowPrivateTargets: z.boolean(),
  content: ContentLimits,
  /** Between two looks at an output's playback address. */
  outputEveryMs: z.number(),
})
export type ProberSetup = z.infer<typeof ProberSetup>

/** All that is to be probed from now on: what is not in it any more is let go. */
const ProberTargets = z.object({ type: z.literal('targets'), channels: z.array(ChannelTarget), outputs: z.array(OutputTarget) })

/** One line of JSON on the prober's standard input. */
export const ToProber = z.discriminatedUnion('type', [ProberSetup, ProberTargets])
export type ToProber = z.infer<typeof ToProber>

/** Figures that a fault was found by, each with its unit in its name. */
const Figures = z.record(z.string(), z.union([z.number(), z.string()]))
export const ProbeFault = z.object({ code: z.enum(probeFaultCodes), figures: Figures })
export type ProbeFault = z.infer<typeof ProbeFault>

/** What a probe saw of one channel in one format over the last two seconds. */
export const ChannelLook = z.object({
  type: z.literal('look'),
  channelId: z.string(),
  format: z.enum(probeFormats),
  at: z.iso.datetime(),
  /** Each code once; empty: all was as it should be. */
  faults: z.array(ProbeFault),
  /** Whether playlists came, so that `faults` says something about them. */
  isPlaying: z.boolean(),
  /** Whether pictures or sound were decoded. */
  hasContent: z.boolean(),
  /** How far behind live a player that keeps the hold-back shows it; null: not known. */
  latencyMs: z.number().nullable(),
  /** The same from the picture's own time stamp, which the demo source burns in; null: there is none. */
  glassMs: z.number().nullable(),
  /** Pictures that such a source shows against the sound that it plays with them; over 0: sound is late. */
  avOffsetMs: z.number().nullable(),
})
export type ChannelLook = z.infer<typeof ChannelLook>

/** What was seen at an output's playback address. `behindMs`: by the date in its playlist. */
export const OutputLook = z.object({
  type: z.literal('output'),
  outputId: z.string(),
  at: z.iso.datetime(),
  seen: z.boolean(),
  behindMs: z.number().nullable(),
  fault: z.object({ code: z.enum(outputFaultCodes), detail: z.string() }).nullable(),
})
export type OutputLook = z.infer<typeof OutputLook>

/** Once a second while it works. `cpuShare`: of one core, 0..1, over the last seconds. `pauseMs`: what it waits between requests, to stay within its bound. */
export const ProberBeat = z.object({
  type: z.literal('beat'),
  cpuShare: z.number(),
  pauseMs: z.number(),
  /** Whether pictures and sound are decoded, and if not, why. */
  content: z.string().nullable(),
})
export type ProberBeat = z.infer<typeof ProberBeat>

/** One line of JSON on its standard output. */
export const FromProber = z.discriminatedUnion('type', [ChannelLook, OutputLook, ProberBeat])
export type FromProber = z.infer<typeof FromProber>
