export { delayExcess } from './delay.ts'
export type {
  AskedTrack,
  DestinationRules,
  LadderStep,
  LadderWish,
  Machine,
  OwnRung,
  PlannedOutput,
  PlanRequest,
  SourceFacts,
} from './facts.ts'
export { ladderOffer } from './ladder-offer.ts'
export { isLoss, noticeWords } from './notices.ts'
export { claimFor, type Plan, planRungs, tracksOf } from './plan.ts'
export { clampCorrection } from './price.ts'
export { fpsFraction, fpsOf, fpsUpTo } from './settle.ts'
export type { Claim } from './share-out.ts'
export { shortfallOf } from './shortfall.ts'
export { heldWords, loadWords, playerWords, reasonWords, rollbackWords, warningWords } from './words.ts'
