import { BitReader, readRbsp, writeRbsp } from '@sluice/codecs/bits'
import { H265NalType, h265NalType } from './constants.ts'
import { type H265Sets, isH265Idr } from './slice-header.ts'

const nalHeaderBytes = 2

/**
 * A slice of a CRA or BLA picture with another picture order count: the top bit of its slice_pic_order_cnt_lsb is the other way round. As
 * BLA it is the same picture, for nothing before or after refers to it. Null: it is none, or its sets are not known. Spec: ITU-T H.265 §7.3.6.1, §8.3.1
 */
export function withOtherH265Order(unit: Uint8Array, sets: H265Sets): Uint8Array | null {
  const nalType = h265NalType(unit[0] ?? 0xff)
  if (nalType < H265NalType.irapFirst || nalType > H265NalType.irapLast || isH265Idr(nalType)) return null
  const rbsp = readRbsp(unit, nalHeaderBytes).slice()
  const r = new BitReader(rbsp)
  const isFirst = r.readFlag()
  r.skipBits(1) // no_output_of_prior_pics_flag
  const pps = sets.pps.get(r.readUe())
  const sps = pps === undefined ? undefined : sets.sps.get(pps.spsId)
  if (pps === undefined || sps === undefined) return null
  if (!isFirst) {
    // A dependent one has the header of the slice before it.
    if (pps.hasDependentSlices && r.readFlag()) return unit
    r.skipBits(sps.slices.addressBits)
  }
  r.skipBits(pps.extraHeaderBits)
  r.readUe() // slice_type
  if (pps.hasOutputFlag) r.skipBits(1)
  if (sps.slices.hasColourPlanes) r.skipBits(2)
  const at = rbsp.length * 8 - r.bitsLeft
  if (r.isShort || at >= rbsp.length * 8) return null
  rbsp[at >> 3]! ^= 0x80 >> (at & 7)
  return writeRbsp(unit.subarray(0, nalHeaderBytes), rbsp)
}
