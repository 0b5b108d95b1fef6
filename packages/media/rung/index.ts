export { Rung, sourceRung } from './rung.ts'
export { Rungs } from './rungs.ts'
