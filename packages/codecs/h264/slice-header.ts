import { BitReader, readRbsp } from '@sluice/codecs/bits'
import { H264NalType, h264NalType } from './constants.ts'
import type { H264Pps } from './pps.ts'
import type { H264Sps } from './sps.ts'

/** The parameter sets in force, by their ids. */
export type H264Sets = { readonly sps: ReadonlyMap<number, H264Sps>; readonly pps: ReadonlyMap<number, H264Pps> }

/** The first fields of a slice header: what tells one picture from the next. Spec: ITU-T H.264 §7.4.3 */
export type H264SliceHeader = {
  readonly refIdc: number
  readonly isIdr: boolean
  readonly firstMb: number
  /** 0..9; 1 and 6 are B. */
  readonly sliceType: number
  readonly ppsId: number
  readonly frameNum: number
  readonly isField: boolean
  readonly isBottom: boolean
  readonly idrPicId: number
  /** pic_order_cnt_lsb and its deltas, of type 0; or the two deltas of type 1. 0 where not sent. */
  readonly orderLsb: number
  readonly orderDelta: number
  readonly orderDelta1: number
  readonly sps: H264Sps
}

/** These fields never take more; emulation prevention of what is behind them is nobody's business here. */
const headerBytes = 48
const afterHeader = 1
const maxSliceType = 9

/** Reads the slice NAL unit that starts at `b[at]` and ends before `end`. Null: no slice, sets that are not known, or too short. Spec: ITU-T H.264 §7.3.3 */
export function readH264SliceHeader(b: Uint8Array, at: number, end: number, sets: H264Sets): H264SliceHeader | null {
  const type = h264NalType(b[at] ?? 0)
  if (type !== H264NalType.slice && type !== H264NalType.partitionA && type !== H264NalType.idr) return null
  const isIdr = type === H264NalType.idr
  const r = new BitReader(readRbsp(b.subarray(at, Math.min(end, at + headerBytes)), afterHeader))
  const firstMb = r.readUe()
  const sliceType = r.readUe()
  const ppsId = r.readUe()
  const pps = sets.pps.get(ppsId)
  const sps = pps === undefined ? undefined : sets.sps.get(pps.spsId)
  if (pps === undefined || sps === undefined || r.isShort || sliceType > maxSliceType) return null
  const fields = sps.slices
  if (fields.hasColourPlanes) r.skipBits(2)
  const frameNum = r.readBits(fields.frameNumBits)
  const isField = sps.isInterlaced && r.readFlag()
  const isBottom = isField && r.readFlag()
  const idrPicId = isIdr ? r.readUe() : 0
  const hasDeltas = pps.hasOrderDeltas && !isField
  let orderLsb = 0
  let orderDelta = 0
  let orderDelta1 = 0
  if (fields.orderType === 0) {
    orderLsb = r.readBits(fields.orderLsbBits)
    if (hasDeltas) orderDelta = r.readSe()
  } else if (fields.orderType === 1 && !fields.isDeltaAlwaysZero) {
    orderDelta = r.readSe()
    if (hasDeltas) orderDelta1 = r.readSe()
  }
  if (r.isShort) return null
  const refIdc = (b[at]! >>> 5) & 3
  return { refIdc, isIdr, firstMb, sliceType, ppsId, frameNum, isField, isBottom, idrPicId, orderLsb, orderDelta, orderDelta1, sps }
}

/** True when two slices that follow each other belong to different primary pictures. Spec: ITU-T H.264 §7.4.1.2.4 */
export function isOtherH264Picture(a: H264SliceHeader, b: H264SliceHeader): boolean {
  return (
    a.frameNum !== b.frameNum ||
    a.ppsId !== b.ppsId ||
    a.isField !== b.isField ||
    a.isBottom !== b.isBottom ||
    (a.refIdc === 0) !== (b.refIdc === 0) ||
    a.isIdr !== b.isIdr ||
    a.idrPicId !== b.idrPicId ||
    a.orderLsb !== b.orderLsb ||
    a.orderDelta !== b.orderDelta ||
    a.orderDelta1 !== b.orderDelta1
  )
}

/** True when `second` is the other field of the frame that the field picture `first` began. Spec: ITU-T H.264 §3.30, §7.4.1.2.4 */
export function isH264FieldPair(first: H264SliceHeader, second: H264SliceHeader): boolean {
  const isOtherParity = first.isField && second.isField && first.isBottom !== second.isBottom
  const isAnotherIdr = second.isIdr && !first.isIdr
  return isOtherParity && first.frameNum === second.frameNum && !isAnotherIdr && (first.refIdc !== 0 || second.refIdc === 0)
}
