export { addressOf, isPublicAddress, refuseTarget } from './refuse-target.ts'
export { guardedLookup, refuseLiteral } from './target-guard.ts'
