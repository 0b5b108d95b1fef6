export { type FrameLoop, readFrameLoop } from './frame-loop.ts'
export { LoopReader } from './loop-reader.ts'
