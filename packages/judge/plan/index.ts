export type { DestinationRules, Machine, OwnRung, PlannedOutput, PlanRequest, SourceFacts } from './facts.ts'
export { type Plan, planRungs } from './plan.ts'
export { clampCorrection } from './price.ts'
export { loadWords, reasonWords, rollbackWords, warningWords } from './words.ts'
