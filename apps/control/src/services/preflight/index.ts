export { preflightChannel } from './channel.ts'
export type { Sight } from './sight.ts'
export { preflightTarget } from './target.ts'
