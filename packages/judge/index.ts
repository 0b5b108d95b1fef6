export { stageBudget, stageBudgets, tcpContributionMs } from './budget.ts'
export { type Limit, levelOf } from './limit.ts'
export { commonLimits, keyframeLimit, type Limits, limitsOf, settingTolerance, usualRttMs } from './limits.ts'
export { judgeLine, type LineFacts } from './line.ts'
export { deviationOf, isTroubled, judgeOutput, type OutputFacts } from './output.ts'
export { judgePlayback } from './playback.ts'
export {
  disturbed,
  faultLevel,
  isUnprobed,
  judgeProbes,
  judgeSeen,
  nextProbe,
  nextSeen,
  noProbe,
  notLooked,
  type ProbeStanding,
  type SeenStanding,
} from './probe.ts'
export { formatName, probeWords, unseenWords } from './probe-words.ts'
export { judgeSource, type SourceCap, type SourceFacts, type SourceWindow } from './source.ts'
export { findings, isAdvice, type Judged } from './verdict.ts'
export { formatRate, lineFigure, sayVerdicts, verdictWords } from './words.ts'
