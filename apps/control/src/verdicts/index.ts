export { type JudgedChannel, lossyContributionMs } from './judge-channel.ts'
export { type LineFigures, unknownLine } from './line-monitor.ts'
export { VerdictMonitor } from './verdict-monitor.ts'
