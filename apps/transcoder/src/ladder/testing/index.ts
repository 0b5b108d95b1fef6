export { encode, writeFlv } from './ffmpeg.ts'
export { LadderProcess } from './ladder-process.ts'
export { audio, rungs, video } from './rungs.ts'
