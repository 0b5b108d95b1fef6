import { z } from 'zod'
import { PublishSuccess } from '../link/index.ts'
import { outputFaultCodes, probeFaultCodes, probeFormats } from '../prober/index.ts'

/** `ok`, `faulty`: as the last looks say. `waiting`: nothing is on, or it only just began. `unknown`: nobody looks, though somebody should. */
const probeStates = ['ok', 'faulty', 'waiting', 'unknown'] as const
export const ProbeState = z.enum(probeStates)
export type ProbeState = z.infer<typeof ProbeState>

/** What was found wrong. `figures`: what it was found by, each with its unit in its name. */
export const ProbeFinding = z.object({
  code: z.enum(probeFaultCodes),
  sentence: z.string(),
  tryFirst: z.string().nullable(),
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  since: z.iso.datetime(),
})
export type ProbeFinding = z.infer<typeof ProbeFinding>

/**
 * One way in which viewers have the channel, played from outside. `latencyMs`: behind live at a player that keeps the hold-back; `glassMs`: the
 * same by the time stamp in the picture of the demo source, null for others. `success`: time in which it played, over time in which it should have,
 * in this broadcast.
 */
export const FormatProbe = z.object({
  format: z.enum(probeFormats),
  state: ProbeState,
  since: z.iso.datetime(),
  lookedAt: z.iso.datetime().nullable(),
  latencyMs: z.number().nullable(),
  glassMs: z.number().nullable(),
  fault: ProbeFinding.nullable(),
  lastFault: ProbeFinding.extend({ endedAt: z.iso.datetime() }).nullable(),
  success: PublishSuccess,
})
export type FormatProbe = z.infer<typeof FormatProbe>

/** An output with a `probeUrl`: whether its destination shows the stream. `behindMs`: by the dates in its playlist, null where it has none. */
export const OutputProbe = z.object({
  outputId: z.string(),
  name: z.string(),
  /** Null: not known yet, or not running. */
  seen: z.boolean().nullable(),
  since: z.iso.datetime(),
  lookedAt: z.iso.datetime().nullable(),
  behindMs: z.number().nullable(),
  fault: z.object({ code: z.enum(outputFaultCodes), sentence: z.string(), tryFirst: z.string().nullable() }).nullable(),
})
export type OutputProbe = z.infer<typeof OutputProbe>

/** `GET /channels/{id}/probes`: the channel as its viewers have it, looked at from outside every two seconds. */
export const ChannelProbes = z.object({
  channelId: z.string(),
  at: z.iso.datetime(),
  /** The process that looks: `resting` while nothing is on the air, `off` by the setting. `problem`: why it does not, or what it can't look at. `cpuShare`: of one core, for all channels. */
  prober: z.object({
    state: z.enum(['running', 'starting', 'resting', 'off']),
    since: z.iso.datetime(),
    problem: z.string().nullable(),
    cpuShare: z.number().nullable(),
  }),
  formats: z.array(FormatProbe),
  outputs: z.array(OutputProbe),
})
export type ChannelProbes = z.infer<typeof ChannelProbes>
