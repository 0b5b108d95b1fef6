export { type JudgedChannel, lossyContributionMs, type VideoLimit } from './judge-channel.ts'
export { type LineFigures, unknownLine } from './line-monitor.ts'
export { VerdictMonitor } from './verdict-monitor.ts'
