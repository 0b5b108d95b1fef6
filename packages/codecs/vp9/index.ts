export { isVp9KeyFrame, readVp9KeyFrame } from './frame-header.ts'
export { formatVp9Codec, formatVp9Profile, readVp9Config, toVp9Config, writeVp9Config } from './vp9-config.ts'
