export type { DestinationRules, Machine, OwnRung, PlannedOutput, PlanRequest, SourceFacts } from './facts.ts'
export { type Plan, type PlannedRung, type PlannedWay, planRungs } from './plan.ts'
export { clampCorrection } from './price.ts'
export { loadWords, reasonWords, rollbackWords, rungWords, warningWords } from './words.ts'
