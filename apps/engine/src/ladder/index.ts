export { Calibrator } from './calibrator.ts'
export { ChannelBundles } from './channel-bundles.ts'
export { ChannelLadder, type LadderParts } from './channel-ladder.ts'
export { type OpenLadderProcess, openLadderProcess } from './ladder-process.ts'
