export { makeChannel, makeChannelActual, makeInput, makeInputActual } from './channel.ts'
export { makeOutput, makeOutputActual } from './output.ts'
export { makeChannelStats, makeInputStats, makeOutputStats } from './stats.ts'
export { makeProblem, makeTriage } from './triage.ts'
