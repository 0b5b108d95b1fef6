export { requireRung } from './choice.ts'
export { planRequest, requireFit } from './fit.ts'
export { getPlan, planOf } from './get.ts'
export { plannedOutputs, readWish, rungRows, toOwnRung, writeWish } from './rows.ts'
