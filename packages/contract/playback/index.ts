export { playbackLimits } from './limits.ts'
