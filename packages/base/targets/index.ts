export { guardedLookup, refuseLiteral } from './target-guard.ts'
