import { BitReader, readRbsp } from '@sluice/codecs/bits'
import { H265NalType, h265NalType } from './constants.ts'
import type { H265Pps } from './pps.ts'
import type { H265Sps } from './sps.ts'

/** The parameter sets in force, by their ids. */
export type H265Sets = { readonly sps: ReadonlyMap<number, H265Sps>; readonly pps: ReadonlyMap<number, H265Pps> }

/** The first fields of the first slice segment of a picture. Spec: ITU-T H.265 §7.4.7.1 */
export type H265SliceHeader = {
  readonly nalType: number
  /** 0: part of what the order of later pictures counts from. */
  readonly temporalId: number
  /** 0 B, 1 P, 2 I. */
  readonly sliceType: number
  /** slice_pic_order_cnt_lsb; 0 for IDR. */
  readonly orderLsb: number
  readonly sps: H265Sps
}

const nalHeaderBytes = 2
/** These fields never take more. */
const headerBytes = 32
const idrFirst = 19
const idrLast = 20

export const isH265Idr = (nalType: number): boolean => nalType === idrFirst || nalType === idrLast

/** True when the slice NAL unit at `b[at]` is the first of its picture. False for other units too. Spec: ITU-T H.265 §7.3.6.1 */
export const isFirstH265Slice = (b: Uint8Array, at: number): boolean =>
  h265NalType(b[at]!) < H265NalType.vps && ((b[at + nalHeaderBytes] ?? 0) & 0x80) !== 0

/** Reads the first slice NAL unit of a picture, from `b[at]` to `end`. Null: it is none, its sets are not known, or it is too short. Spec: ITU-T H.265 §7.3.6.1 */
export function readH265SliceHeader(b: Uint8Array, at: number, end: number, sets: H265Sets): H265SliceHeader | null {
  const nalType = h265NalType(b[at] ?? 0xff)
  if (nalType >= H265NalType.vps) return null
  const r = new BitReader(readRbsp(b.subarray(at, Math.min(end, at + headerBytes)), nalHeaderBytes))
  if (!r.readFlag()) return null
  if (nalType >= H265NalType.irapFirst && nalType <= H265NalType.irapLast) r.skipBits(1) // no_output_of_prior_pics_flag
  const pps = sets.pps.get(r.readUe())
  const sps = pps === undefined ? undefined : sets.sps.get(pps.spsId)
  if (pps === undefined || sps === undefined) return null
  r.skipBits(pps.extraHeaderBits)
  const sliceType = r.readUe()
  if (pps.hasOutputFlag) r.skipBits(1)
  if (sps.slices.hasColourPlanes) r.skipBits(2)
  const orderLsb = isH265Idr(nalType) ? 0 : r.readBits(sps.slices.orderLsbBits)
  if (r.isShort || sliceType > 2 || sps.slices.orderLsbBits > 16) return null
  return { nalType, temporalId: ((b[at + 1] ?? 1) & 7) - 1, sliceType, orderLsb, sps }
}
