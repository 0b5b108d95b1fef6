export { lossyContributionMs } from './judge-channel.ts'
export { judgedChannelOf } from './judged-channel-of.ts'
export { type LineFigures, unknownLine } from './line-watch.ts'
export { VerdictWatch } from './verdict-watch.ts'
