export { isH265Irap } from './access-point.ts'
export { H265NalType, h265NalType } from './constants.ts'
export {
  markHevcComplete,
  readHevcConfig,
  writeHevcConfig,
} from './hevc-config.ts'
export { withOtherH265Order } from './other-order.ts'
export { readH265Pps } from './pps.ts'
export { formatH265Codec, formatH265Profile } from './profile-tier-level.ts'
export { type H265Sets, isFirstH265Slice, isH265Idr, readH265SliceHeader } from './slice-header.ts'
export { readH265Sps } from './sps.ts'
