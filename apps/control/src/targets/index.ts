export { TargetWatch } from './target-watch.ts'
export { targetsOf } from './targets-of.ts'
