export { noteComplaint } from './complain.ts'
export { broadcastPlayback, playbackStats } from './stats.ts'
