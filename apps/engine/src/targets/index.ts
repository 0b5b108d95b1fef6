export { guardedLookup, refuseLiteral } from '@sluice/base/targets'
export { addressOf, isPublicAddress, refuseTarget } from './refuse-target.ts'
