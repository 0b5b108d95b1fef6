export { type AccessPoint, h264AccessPoint, h264RecoveryFrames } from './access-point.ts'
export { type AvcConfig, readAvcConfig, writeAvcConfig } from './avc-config.ts'
export { H264NalType, h264NalType } from './constants.ts'
export { h264Errors } from './errors.ts'
export { type H264Pps, readH264Pps } from './pps.ts'
export { formatH264Codec, formatH264Profile } from './profile.ts'
export {
  type H264Sets,
  type H264SliceHeader,
  isH264FieldPair,
  isOtherH264Picture,
  readH264SliceHeader,
} from './slice-header.ts'
export { type H264SliceFields, type H264Sps, readH264Sps } from './sps.ts'
export type { H264Vui } from './vui.ts'
