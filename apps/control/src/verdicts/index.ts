export { lossyContributionMs } from './judge-channel.ts'
export { judgedChannelOf } from './judged-channel-of.ts'
export { type LineFigures, unknownLine } from './line-monitor.ts'
export { VerdictMonitor } from './verdict-monitor.ts'
