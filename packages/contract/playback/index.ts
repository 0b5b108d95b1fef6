export { playbackLimits, playbackNotices } from './limits.ts'
