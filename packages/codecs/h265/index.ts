export { isH265Irap } from './access-point.ts'
export { H265NalType, h265NalType } from './constants.ts'
export { h265Errors } from './errors.ts'
export {
  type HevcConfig,
  type HevcParameterSets,
  markHevcComplete,
  readHevcConfig,
  writeHevcConfig,
} from './hevc-config.ts'
export { type H265Pps, readH265Pps } from './pps.ts'
export { formatH265Codec, formatH265Profile, type H265Profile } from './profile-tier-level.ts'
export { type H265Sets, type H265SliceHeader, isFirstH265Slice, isH265Idr, readH265SliceHeader } from './slice-header.ts'
export { type H265SliceFields, type H265Sps, readH265Sps } from './sps.ts'
export type { H265Vui } from './vui.ts'
