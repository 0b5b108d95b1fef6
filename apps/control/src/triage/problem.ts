import type { HintCode, ProblemCode, TriageAction, TriageProblem, TriageStage } from '@sluice/contract/api'

type Words = Pick<TriageProblem, 'badge' | 'title' | 'since' | 'text' | 'action'>

/** One problem out of its codes and its words. */
export const problem = (
  code: ProblemCode,
  tone: TriageProblem['tone'],
  stage: TriageStage,
  hint: HintCode,
  words: Words,
): TriageProblem => ({ code, tone, stage, hint, ...words })

export const showSteps: TriageAction = { kind: 'show-steps', role: null, outputId: null }
