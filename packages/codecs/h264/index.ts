export { h264AccessPoint, h264RecoveryFrames } from './access-point.ts'
export { readAvcConfig, writeAvcConfig } from './avc-config.ts'
export { H264NalType, h264NalType } from './constants.ts'
export { readGlassStamp, writeGlassStamp } from './glass-stamp.ts'
export { readH264Pps } from './pps.ts'
export { formatH264Codec, formatH264Profile } from './profile.ts'
export {
  type H264Sets,
  type H264SliceHeader,
  isH264FieldPair,
  isOtherH264Picture,
  readH264SliceHeader,
} from './slice-header.ts'
export { readH264Sps } from './sps.ts'
export { writeUserDataSei } from './user-data.ts'
