export { preflightChannel } from './channel.ts'
export type { Sight } from './sight.ts'
export { judgeTarget, preflightTarget } from './target.ts'
