export { type LimitWords, playbackLimits } from './limits.ts'
