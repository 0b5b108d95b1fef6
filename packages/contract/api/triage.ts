import { z } from 'zod'
import { InputRole } from '../link/index.ts'

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

/** `ok`: taken by the far end. `busy`: on its way. `warn`: Sluice is working on it, or a safety net is gone. `bad`: needs a person. `quiet`: nothing is wanted. */
export const triageTones = ['ok', 'busy', 'warn', 'bad', 'quiet'] as const
export const TriageTone = z.enum(triageTones)
export type TriageTone = z.infer<typeof TriageTone>

/**
 * Where to look first: one destination alone, its credentials; all of them, the contribution path; a slow failover, the detection timeout
 * and whether the backup is warm; a delay that grows, the retry queues; viewers who complain, the player's buffer; the rest, this machine.
 */
export const hintCodes = ['credentials', 'contribution', 'detection-timeout', 'retry-queue', 'player-buffer', 'machine'] as const
export const HintCode = z.enum(hintCodes)
export type HintCode = z.infer<typeof HintCode>

export const problemCodes = [
  'engine-missing',
  'engine-silent',
  'engine-restarted',
  'storage',
  'inputs-gone',
  'input-unusable',
  'source',
  'primary-down',
  'backup-down',
  'backup-differs',
  'locked',
  'outputs-all-down',
  'line',
  'slow-failover',
  'latency',
  'key-refused',
  'output-failed',
  'output-disabled',
  'output-stalled',
  'output-retrying',
  'output-weak',
  'handover-failed',
  'delay-grows',
  'rung-failed',
  'rung-reduced',
  'rung-silent',
  'rung-differs',
  'playback',
] as const
export const ProblemCode = z.enum(problemCodes)
export type ProblemCode = z.infer<typeof ProblemCode>

/** What a person does about it first. `show-address`: of an input; `replace-key`, `retry`, `show-output`: of an output; `unlock`: the source. */
export const TriageAction = z.object({
  kind: z.enum(['show-address', 'replace-key', 'retry', 'show-output', 'unlock', 'show-latency', 'show-encodes', 'show-steps']),
  role: InputRole.nullable(),
  outputId: z.string().nullable(),
})
export type TriageAction = z.infer<typeof TriageAction>

/**
 * One thing that is wrong. `title` has no full stop: with `since` it reads on (`... 27 s ago.`). `text` says what it means for the show and
 * what to do. `badge`: the same in a word or two.
 */
export const TriageProblem = z.object({
  code: ProblemCode,
  tone: z.enum(['warn', 'bad']),
  stage: TriageStage,
  hint: HintCode,
  badge: z.string(),
  title: z.string(),
  since: z.iso.datetime().nullable(),
  text: z.string(),
  action: TriageAction.nullable(),
})
export type TriageProblem = z.infer<typeof TriageProblem>

/** One fact of the proof that the show gets out: words, and a time that goes behind them in the reader's zone. */
export const ProofFact = z.object({
  kind: z.enum(['delivered', 'backup', 'rehearsed']),
  tone: TriageTone,
  text: z.string(),
  at: z.iso.datetime().nullable(),
})
export type ProofFact = z.infer<typeof ProofFact>

/**
 * `GET /channels/{id}/triage`: all four stages, and the first that is in trouble: begin there. `problems`: the same as single problems, worst
 * first, input before output. `calm`: what to say while there are none. `gates`: outputs that are to run, in their order.
 */
export const Triage = z.object({
  channelId: z.string(),
  at: z.iso.datetime(),
  verdict: TriageVerdict,
  beginAt: TriageStage.nullable(),
  steps: z.array(TriageStep),
  problems: z.array(TriageProblem),
  calm: z.object({ tone: z.enum(['ok', 'busy', 'quiet']), title: z.string(), text: z.string(), action: TriageAction.nullable() }),
  /** The last warning or error of the log; null: none, or not looked for. */
  lastTroubleAt: z.iso.datetime().nullable(),
  /** When the show on the air began; a lost engine does not begin it anew. Null: none is on. */
  onAirSince: z.iso.datetime().nullable(),
  proof: z.array(ProofFact),
  gates: z.array(TriageTone),
})
export type Triage = z.infer<typeof Triage>
