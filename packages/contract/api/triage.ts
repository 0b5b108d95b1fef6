import { z } from 'zod'

/** The one order in which trouble is looked for: what comes first explains what comes after. */
export const triageStages = ['input', 'transport', 'output', 'playback'] as const
export const TriageStage = z.enum(triageStages)
export type TriageStage = z.infer<typeof TriageStage>

/** `idle`: nothing is running that could be judged. */
export const triageVerdicts = ['ok', 'watch', 'trouble', 'idle'] as const
export const TriageVerdict = z.enum(triageVerdicts)
export type TriageVerdict = z.infer<typeof TriageVerdict>

/** One stage: the verdict, one sentence, the figures behind it, and the one thing to try first (null when nothing is wrong). */
export const TriageStep = z.object({
  stage: TriageStage,
  verdict: TriageVerdict,
  sentence: z.string(),
  evidence: z.array(z.object({ label: z.string(), value: z.string(), isTroubled: z.boolean() })),
  tryFirst: z.string().nullable(),
})
export type TriageStep = z.infer<typeof TriageStep>

/** `GET /channels/{id}/triage`: all four stages, and the first that is in trouble: begin there. */
export const Triage = z.object({
  channelId: z.string(),
  at: z.iso.datetime(),
  verdict: TriageVerdict,
  beginAt: TriageStage.nullable(),
  steps: z.array(TriageStep),
})
export type Triage = z.infer<typeof Triage>
