import { z } from 'zod'

/** What an engine can try at a far end, in the order of a connection. */
const probeSteps = ['dns', 'tcp', 'tls', 'handshake', 'publish'] as const
export type ProbeStepName = (typeof probeSteps)[number]

/**
 * Asks an engine to try a destination without sending media. `connect` ends where a stream would begin; `publish` begins one and ends
 * it at once. For SRT the handshake is the stream's beginning, so `connect` tries no more than the name.
 */
export const ProbeRequest = z.object({
  probeId: z.string(),
  url: z.string(),
  streamKey: z.string(),
  tlsVerify: z.boolean(),
  depth: z.enum(['connect', 'publish']),
})
export type ProbeRequest = z.infer<typeof ProbeRequest>

/** One step's outcome. `skip`: it was not tried, and `found` says why. `fix`: what the operator does, null when nothing. */
export const ProbeStep = z.object({
  step: z.enum(probeSteps),
  verdict: z.enum(['pass', 'warn', 'fail', 'skip']),
  found: z.string(),
  expected: z.string(),
  fix: z.string().nullable(),
})
export type ProbeStep = z.infer<typeof ProbeStep>
